/** A package that others install. What it needs of this project's workspaces is built into it. */
export interface PublishedPackage {
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** The source whose exports are the package's public face. */
  readonly index: string;
  /** Commands, each with the source that is its program. */
  readonly bin?: Readonly<Record<string, string>>;
  /** Packages of which an app must have one, the same as its own code uses. */
  readonly peers?: readonly string[];
  /** Files that the code reads or starts when it runs. */
  readonly assets?: readonly string[];
  /** Whether the console's page comes with it, built. */
  readonly hasPage?: boolean;
  readonly readme: string;
}

/**
 * As few as keep these promises: constructs without an engine, a producer without either, a runner without an app, and a
 * Kinesis without anything.
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
