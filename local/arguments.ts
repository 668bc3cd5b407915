import { parseArgs } from "node:util";
import { StackError } from "./stack/document";

export const usage = `Runs a synthesized stack on this machine: Kinesis, its Lambda functions, its Firehose deliveries.

Usage: npm run local -- [options]              run until Ctrl-C, then drain, write the buffers and sum up
       npm run local -- status [--json]        ask the runner that is running
                                               (also: node --import tsx local/cli.ts …)

  --stack FILE             cdk.tf.json or any Terraform JSON file, or a folder with *.tf.json files
                           (default: run the app of ./cdktf.json and take its stack)
  --dir DIR                everything the runner keeps: lake, stream, checkpoints, logs (default: .local)
  --port N                 port of Kinesis on 127.0.0.1 (default: a free one)
  --kinesis-endpoint URL   use a Kinesis that already runs instead of the embedded one
  --enforce-limits         throttle each shard as AWS does: 1,000 records and 1 MB a second
  --reset                  begin afresh: delete what --dir holds (asks first on a terminal)
  --json                   print the summary, or the status, as one JSON object on stdout
  --help                   this text

Exit code: 0 when all is well, 1 for an error or counts that do not add up.`;

export interface Arguments {
  readonly command: "run" | "status" | "help";
  readonly stack?: string;
  readonly dir: string;
  readonly port?: number;
  readonly kinesisEndpoint?: string;
  readonly enforceLimits: boolean;
  readonly reset: boolean;
  readonly json: boolean;
}

/** @throws StackError with one line for a flag that is unknown or has no sensible value. */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [command = "run", ...others] = positionals;
  if ((command !== "run" && command !== "status") || others.length > 0)
    throw new StackError(`unknown argument "${others[0] ?? command}": see --help`);
  if (command === "status" && Object.keys(values).some((name) => !["dir", "json", "help"].includes(name)))
    throw new StackError("status takes --dir and --json only: see --help");
  return {
    command: values.help ? "help" : command,
    stack: values.stack,
    dir: values.dir ?? ".local",
    port: values.port === undefined ? undefined : parsePort(values.port),
    kinesisEndpoint:
      values["kinesis-endpoint"] === undefined ? undefined : parseUrl(values["kinesis-endpoint"]),
    enforceLimits: values["enforce-limits"] ?? false,
    reset: values.reset ?? false,
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        stack: { type: "string" },
        dir: { type: "string" },
        port: { type: "string" },
        "kinesis-endpoint": { type: "string" },
        "enforce-limits": { type: "boolean" },
        reset: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const [sentence = ""] = (error as Error).message.split(/[.\n]/);
    throw new StackError(`${sentence}: see --help`);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new StackError(`--port must be a number from 0 to 65535, not "${text}"`);
  return port;
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:")
    throw new StackError(`--kinesis-endpoint must be a URL such as http://127.0.0.1:4567, not "${text}"`);
  return url.origin;
}
