import { parseArgs } from "node:util";
import { StackError } from "@streaming-data-lake/terraform/document";

export const usage = `Runs a synthesized stack on this machine: Kinesis, its Lambda functions, its Firehose deliveries.

Usage: npm run local -- [options]              run until Ctrl-C, then drain, write the buffers and sum up
       npm run local -- status [--json]        ask the runner that is running
       npm run local -- rollup [--hour H]      run the stack's scheduled queries over the lake
                                               (also: node --import tsx cli/run/cli.ts …)

  --stack FILE             cdk.tf.json or any Terraform JSON file, or a folder with *.tf.json files
                           (default: run the app of ./cdktf.json and take its stack)
  --dir DIR                everything the runner keeps: lake, stream, checkpoints, logs (default: .local)
  --port N                 port of Kinesis on 127.0.0.1 (default: a free one)
  --kinesis-endpoint URL   use a Kinesis that already runs instead of the embedded one
  --enforce-limits         throttle each shard as AWS does: 1,000 records and 1 MB a second
  --reset                  begin afresh: delete what --dir holds (asks first on a terminal)
  --hour HOUR              of rollup: run for this hour (UTC), such as 2024-01-15T10, and replace what an earlier
                           run for it wrote; may come more than once (default: the hour of the schedule's last run)
  --json                   print the summary, the status or the runs as JSON on stdout
  --help                   this text

Exit code: 0 when all is well, 1 for an error or counts that do not add up.`;

export interface Arguments {
  readonly command: "run" | "status" | "rollup" | "help";
  readonly stack?: string;
  readonly dir: string;
  readonly port?: number;
  readonly kinesisEndpoint?: string;
  readonly enforceLimits: boolean;
  readonly reset: boolean;
  readonly hours: readonly Date[];
  readonly json: boolean;
}

const flagsOf: Readonly<Record<"run" | "status" | "rollup", readonly string[]>> = {
  run: ["stack", "dir", "port", "kinesis-endpoint", "enforce-limits", "reset", "json", "help"],
  status: ["dir", "json", "help"],
  rollup: ["stack", "dir", "hour", "json", "help"],
};

const isCommand = (text: string): text is keyof typeof flagsOf => Object.hasOwn(flagsOf, text);

/** @throws StackError with one line for a flag that is unknown or has no sensible value. */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [command = "run", ...others] = positionals;
  if (!isCommand(command) || others.length > 0)
    throw new StackError(`unknown argument "${others[0] ?? command}": see --help`);
  const unfit = Object.keys(values).find((name) => !flagsOf[command].includes(name));
  if (unfit) throw new StackError(`${command} takes no --${unfit}: see --help`);
  return {
    command: values.help ? "help" : command,
    stack: values.stack,
    dir: values.dir ?? ".local",
    port: values.port === undefined ? undefined : parsePort(values.port),
    kinesisEndpoint:
      values["kinesis-endpoint"] === undefined ? undefined : parseUrl(values["kinesis-endpoint"]),
    enforceLimits: values["enforce-limits"] ?? false,
    reset: values.reset ?? false,
    hours: (values.hour ?? []).map(parseHour),
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
        hour: { type: "string", multiple: true },
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

function parseHour(text: string): Date {
  const [, hour] = /^(\d{4}-\d{2}-\d{2}T\d{2})(?::00(?::00)?)?Z?$/.exec(text) ?? [];
  const time = new Date(`${hour}:00:00Z`);
  if (Number.isNaN(time.getTime()))
    throw new StackError(`--hour must be an hour (UTC) such as 2024-01-15T10, not "${text}"`);
  return time;
}
