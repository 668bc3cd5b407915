import {
  type Action,
  defineCommand,
  flag,
  number,
  oneOf,
  type Reader,
  repeatedFlag,
  suggestion,
  UsageError,
  wholeNumber,
} from "@streaming-data-lake/command";
import {
  bufferLimits,
  functionLimits,
  type Limit,
  logRetentionChoices,
  mappingLimits,
  shardLimits,
  streamLimits,
} from "@streaming-data-lake/rules/limits";
import { jsonFlag, stackFlag } from "../flags";
import type { CostOptions } from "./cost";
import type { Setup } from "./setup";

interface Flags {
  readonly rate: number;
  readonly bytes: number;
  readonly aggregate?: true;
  readonly days: number;
  readonly set?: readonly (Partial<Setup> | "fit")[];
  readonly stack?: string;
  readonly json?: true;
}

export function costCommand(invocation: string): Action {
  const command = defineCommand(
    "cost",
    invocation,
    "Prints what a load costs a day on the stack as it is configured, at AWS's list prices. The estimate goes to standard output; " +
      "warnings that the stack can't take the load go to standard error.",
  )
    .addOption(flag("--rate <n>", "readings a second", number(0.000_001, 1e9)).default(1))
    .addOption(
      flag(
        "--bytes <n>",
        "bytes of a reading with its partition key",
        wholeNumber(1, shardLimits.bytesIn),
      ).default(200),
    )
    .addOption(flag("--aggregate", "readings are packed together, as the producer does with --aggregate"))
    .addOption(
      flag(
        "--days <n>",
        "the day that is priced, counted from the first; storage is what has accumulated by then",
        wholeNumber(1, 3_650),
      ).default(30),
    )
    .addOption(
      repeatedFlag(
        "--set <name=value>",
        `try a setting without changing it: ${settingNames.join(", ")}. shardCount may be "needed"`,
        change,
      ),
    )
    .addOption(stackFlag())
    .addOption(jsonFlag("print one JSON object"));
  return {
    command,
    run: async (io) => {
      const { rate, bytes, aggregate = false, days, set = [], stack, json = false } = command.opts<Flags>();
      const options: CostOptions = {
        load: { readingsPerSecond: rate, readingBytes: bytes, aggregate },
        day: days,
        changes: Object.assign({}, ...set.filter((each) => each !== "fit")),
        fit: set.includes("fit"),
        stack,
        json,
      };
      return (await import("./cost.js")).showCost(options, io);
    },
  };
}

/** The range of each numeric setting. An estimate can have more shards than a provisioned stream can. */
const limits: Readonly<Partial<Record<keyof Setup, Pick<Limit, "minimum" | "maximum">>>> = {
  shardCount: { minimum: 1, maximum: 1_000_000 },
  streamRetentionHours: streamLimits.retentionHours,
  batchSize: mappingLimits.batchSize,
  batchingWindowSeconds: mappingLimits.batchingWindowSeconds,
  parallelizationFactor: mappingLimits.parallelizationFactor,
  functionMemoryMegabytes: functionLimits.memoryMegabytes,
  functionTimeoutSeconds: functionLimits.timeoutSeconds,
  bufferSeconds: bufferLimits.seconds,
  bufferMebibytes: bufferLimits.mebibytes,
  logRetentionDays: { minimum: Math.min(...logRetentionChoices), maximum: Math.max(...logRetentionChoices) },
};

const settingNames = ["streamMode", "tracing", ...Object.keys(limits)];

const change: Reader<Partial<Setup> | "fit"> = (flagName, text) => {
  const [, name = "", value = ""] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  const place = `${flagName} ${name}`;
  if (name === "shardCount" && value === "needed") return "fit";
  if (name === "streamMode") {
    const streamMode = oneOf(["PROVISIONED", "ON_DEMAND"])(place, value);
    return streamMode === "ON_DEMAND" ? { streamMode, shardCount: 0 } : { streamMode };
  }
  if (name === "tracing") return { tracing: oneOf(["true", "false"])(place, value) === "true" };
  const limit = limits[name as keyof Setup];
  if (!limit)
    throw new UsageError(
      `${flagName} is "${text}"; it must be NAME=VALUE with one of the names that --help lists${suggestion(name, settingNames)}`,
    );
  return { [name]: wholeNumber(limit.minimum, limit.maximum)(place, value) };
};
