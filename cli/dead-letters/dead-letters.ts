import { join } from "node:path";
import type { Io } from "@streaming-data-lake/command";
import { readLines } from "@streaming-data-lake/runner/files/lines";
import { existingFolder } from "../folder";
import { formatTable } from "../output/table";

/** The parts of a dead-letter document that are shown. */
type Document = DiscardedBatch | DiscardedStart;

/** A batch that an event source mapping discarded. */
interface DiscardedBatch {
  readonly destination: string | null;
  readonly timestamp: string;
  readonly requestContext: {
    readonly functionArn: string;
    readonly condition: string;
    readonly approximateInvokeCount: number;
  };
  readonly KinesisBatchInfo: {
    readonly shardId: string;
    readonly startSequenceNumber: string;
    readonly batchSize: number;
  };
}

/** A run that a schedule could not start. */
interface DiscardedStart {
  readonly destination: string;
  readonly timestamp: string;
  readonly schedule: string;
  readonly errorCode: string;
}

const columns = [
  "time",
  "function or schedule",
  "reason",
  "invocations",
  "records",
  "shard",
  "from",
  "destination",
];

/** Prints the dead letters, the oldest first. */
export async function showDeadLetters(
  { dir, json = false }: { readonly dir: string; readonly json?: boolean },
  { stdout }: Io,
): Promise<number> {
  const lines = readLines(join(existingFolder(dir), "dead-letters.ndjson"));
  if (json) stdout.write(lines.map((line) => `${line}\n`).join(""));
  else if (lines.length === 0) stdout.write("nothing was discarded\n");
  else
    stdout.write(
      `${formatTable(
        {
          columns: columns.map((name) => ({ name, type: "varchar" })),
          rows: lines.map((line) => rowOf(JSON.parse(line) as Document)),
        },
        { width: stdout.isTTY ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY },
      )}\n`,
    );
  return 0;
}

function rowOf(letter: Document) {
  const { timestamp: time, destination } = letter;
  const given = "schedule" in letter ? startOf(letter) : batchOf(letter);
  return {
    ...Object.fromEntries(columns.map((name) => [name, ""])),
    ...given,
    time,
    destination: destination ?? "",
  };
}

const startOf = ({ schedule, errorCode }: DiscardedStart) => ({
  "function or schedule": schedule,
  reason: errorCode,
});

const batchOf = ({ requestContext, KinesisBatchInfo: batch }: DiscardedBatch) => ({
  "function or schedule": requestContext.functionArn.split(":").at(-1) ?? "",
  reason: requestContext.condition,
  invocations: String(requestContext.approximateInvokeCount),
  records: String(batch.batchSize),
  shard: batch.shardId,
  from: batch.startSequenceNumber,
});
