import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "@streaming-data-lake/command";
import { existingFolder } from "../folder";
import { formatTable } from "../output/table";

/** The parts of an on-failure document that are shown. */
interface Document {
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

const columns = ["time", "function", "condition", "invocations", "records", "shard", "from", "destination"];

/** Prints what was given up, the oldest first. */
export async function showDeadLetters(
  { dir, json = false }: { readonly dir: string; readonly json?: boolean },
  { stdout }: Io,
): Promise<number> {
  const path = join(existingFolder(dir), "dead-letters.ndjson");
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  if (json) stdout.write(lines.map((line) => `${line}\n`).join(""));
  else if (lines.length === 0) stdout.write("nothing was given up\n");
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

function rowOf({ destination, timestamp, requestContext, KinesisBatchInfo: batch }: Document) {
  return {
    time: timestamp,
    function: requestContext.functionArn.split(":").at(-1) ?? "",
    condition: requestContext.condition,
    invocations: String(requestContext.approximateInvokeCount),
    records: String(batch.batchSize),
    shard: batch.shardId,
    from: batch.startSequenceNumber,
    destination: destination ?? "",
  };
}
