import { parseArgs } from "node:util";

export const help = `Usage: npm start [-- options]

Runs the whole pipeline on this machine, from the stack that would be deployed: sends simulated readings to an
embedded Kinesis, processes them with the Lambda function's own archive, delivers them to a lake of files as the
Firehose stream says, and asks the lake the lab's three questions in SQL. It needs no account and costs nothing.

  --count N   readings to send, 1 to 1,000,000 (default 100)
  --dir DIR   folder of everything it writes; a lake that is there grows (default .local)
  --json      print one JSON object instead of the report
  --help      this text
`;

/** What the user did wrong, in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface Arguments {
  readonly count: number;
  readonly dir: string;
  readonly json: boolean;
  readonly help: boolean;
}

const options = {
  count: { type: "string", default: "100" },
  dir: { type: "string", default: ".local" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** @throws UsageError */
export function parseArguments(argv: readonly string[]): Arguments {
  const values = parse(argv);
  const count = /^\d+$/.test(values.count) ? Number(values.count) : 0;
  if (count < 1 || count > 1_000_000)
    throw new UsageError(`--count is "${values.count}"; it must be a whole number from 1 to 1000000`);
  return { ...values, count };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    // The first sentence says what is wrong; what follows is advice about positional arguments.
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
}
