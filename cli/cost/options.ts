import { parseArgs } from "node:util";
import type { Setup } from "./setup";
import type { Load } from "./traffic";

export const help = `What a load costs a day on the stack as it is set, by AWS's list prices.

  npm run cost -- --rate 5000 --bytes 200
  npm run cost -- --rate 5000 --bytes 200 --aggregate --set shardCount=needed --set batchSize=1000

  --rate N            readings a second                                        default 1
  --bytes N           bytes of a reading with its partition key                default 200
  --aggregate         readings are packed together (npx tsx producer --aggregate)
  --days N            the day that is priced: what is stored has come together until then, 1 to 3650
                                                                               default 30
  --set NAME=VALUE    try a setting without changing it; may come more than once. NAME is one of
                      streamMode, shardCount (a number or "needed"), streamRetentionHours, batchSize,
                      batchingWindowSeconds, parallelizationFactor, functionMemoryMegabytes,
                      functionTimeoutSeconds, tracing (true or false), bufferSeconds, bufferMebibytes,
                      logRetentionDays
  --stack PATH        the synthesized stack                                    default the one of this app, synthesized
  --json              one JSON object
  --help              this text

The estimate goes to standard output; where the stack can't take the load goes to standard error.
`;

/** What the user did wrong, in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface Options {
  readonly load: Load;
  readonly day: number;
  readonly changes: Partial<Setup>;
  /** Whether the stream gets the shards that the load needs. */
  readonly fit: boolean;
  /** Absent for the stack of this project's app. */
  readonly stack?: string;
  readonly json: boolean;
}

/**
 * Reads the command line.
 *
 * @returns undefined when it asks for help.
 * @throws UsageError
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const settings = (values.set ?? []).map(parseChange);
  return {
    load: {
      readingsPerSecond: parseNumber("--rate", values.rate ?? "1", 0, 1e9),
      readingBytes: parseWhole("--bytes", values.bytes ?? "200", 1, 1_048_576),
      aggregate: values.aggregate ?? false,
    },
    day: parseWhole("--days", values.days ?? "30", 1, 3650),
    changes: Object.assign({}, ...settings.filter((change) => change !== "fit")),
    fit: settings.includes("fit"),
    stack: values.stack,
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rate: { type: "string" },
        bytes: { type: "string" },
        aggregate: { type: "boolean" },
        days: { type: "string" },
        set: { type: "string", multiple: true },
        stack: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(". ")[0]}; --help lists the options`);
  }
}

function parseNumber(name: string, text: string, above: number, most: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > above && value <= most))
    throw new UsageError(
      `${name} is "${text}"; it must be a number above ${above}, ${most.toLocaleString("en-US")} at most`,
    );
  return value;
}

function parseWhole(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new UsageError(
      `${name} is "${text}"; it must be a whole number from ${least} to ${most.toLocaleString("en-US")}`,
    );
  return value;
}

/** Least and most of the settings that are numbers, as AWS has them. */
const ranges: Readonly<Partial<Record<keyof Setup, readonly [number, number]>>> = {
  shardCount: [1, 1_000_000],
  streamRetentionHours: [24, 8_760],
  batchSize: [1, 10_000],
  batchingWindowSeconds: [0, 300],
  parallelizationFactor: [1, 10],
  functionMemoryMegabytes: [128, 10_240],
  functionTimeoutSeconds: [1, 900],
  bufferSeconds: [0, 900],
  bufferMebibytes: [1, 128],
  logRetentionDays: [1, 3_653],
};

function parseChange(text: string): Partial<Setup> | "fit" {
  const [, name = "", value = ""] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  const place = `--set ${name}`;
  if (name === "shardCount" && value === "needed") return "fit";
  if (name === "streamMode") {
    if (value === "ON_DEMAND") return { streamMode: value, shardCount: 0 };
    if (value === "PROVISIONED") return { streamMode: value };
    throw new UsageError(`${place} is "${value}"; it must be PROVISIONED or ON_DEMAND`);
  }
  if (name === "tracing") {
    if (value === "true" || value === "false") return { tracing: value === "true" };
    throw new UsageError(`${place} is "${value}"; it must be true or false`);
  }
  const range = ranges[name as keyof Setup];
  if (!range) throw new UsageError(`--set ${text}: write NAME=VALUE; --help lists the names`);
  return { [name]: parseWhole(place, value, ...range) };
}
