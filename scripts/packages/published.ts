/** A published package. The parts of this project's workspaces that it needs are built into it. */
export interface PublishedPackage {
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** The source whose exports are the package's public API. */
  readonly index: string;
  /** The source of each command's program, by the command's name. */
  readonly bin?: Readonly<Record<string, string>>;
  /** Peer dependencies: packages that an app's own code must share with this package. */
  readonly peers?: readonly string[];
  /** Files that the code reads or starts at run time. */
  readonly assets?: readonly string[];
  /** Whether the package contains the built page of the console. */
  readonly hasPage?: boolean;
  readonly readme: string;
}

/**
 * The published packages, which are as few as possible. There are constructs without an engine, a producer without
 * either of these, a runner without an app, and a Kinesis without anything else.
 */
export const published: readonly PublishedPackage[] = [
  {
    name: "streaming-data-lake",
    description: "Constructs of a streaming data lake on AWS in CDK for Terraform",
    keywords: ["cdktf", "aws", "kinesis", "firehose", "lambda", "glue", "athena", "data-lake", "constructs"],
    index: "constructs/index.ts",
    peers: ["@cdktf/provider-aws", "cdktf", "constructs"],
    readme: "constructs/README.md",
  },
  {
    name: "@streaming-data-lake/producer",
    description: "Pushes records into Kinesis Data Streams: batched, retried, bounded, accounted for",
    keywords: ["aws", "kinesis", "producer", "kpl", "streaming"],
    index: "producer/index.ts",
    bin: { "kinesis-producer": "producer/cli.ts" },
    readme: "producer/README.md",
  },
  {
    name: "@streaming-data-lake/runner",
    description: "Runs a Terraform stack of Kinesis, Lambda, Firehose, Glue and Athena on this machine",
    keywords: ["terraform", "cdktf", "aws", "kinesis", "lambda", "firehose", "athena", "local"],
    index: "local/runner/index.ts",
    bin: { lake: "cli/runner.ts" },
    assets: ["local/runner/lambda/process/bootstrap.mjs", "local/runner/lambda/process/bootstrap.py"],
    hasPage: true,
    readme: "local/runner/README.md",
  },
  {
    name: "@streaming-data-lake/kinesis",
    description: "Kinesis Data Streams on your machine: all operations, durable, fast, nothing compiled",
    keywords: ["aws", "kinesis", "kinesis-data-streams", "local", "emulator", "testing"],
    index: "local/kinesis/index.ts",
    bin: { kinesis: "local/kinesis/cli.ts" },
    readme: "local/kinesis/README.md",
  },
];
