import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { UserRecord } from "@streaming-data-lake/aggregation";
import { type Kinesis, listen, ShardReader } from "../../../local/kinesis/index";
import { temporaryFolder } from "../../support/folders";
import { type JavaClients, JavaProcess } from "./java";

export interface StoredRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Buffer;
}

/**
 * Puts user records into a stream `s` with the Kinesis Producer Library, over TLS.
 *
 * @returns for each of them the sequence number of the record that it is in.
 */
export async function putWithKpl(
  { kpl }: JavaClients,
  kinesis: Kinesis,
  records: readonly UserRecord[],
): Promise<readonly string[]> {
  const folder = temporaryFolder();
  const endpoint = await listen(kinesis, { tls: certificate(folder) });
  const writer = new JavaProcess(
    kpl,
    ["KplWriter.java", "127.0.0.1", String(endpoint.port), "s", folder],
    [`-Djava.io.tmpdir=${folder}`],
  );
  try {
    const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");
    const lines = records.map(({ partitionKey, explicitHashKey, data }) =>
      [base64(partitionKey), explicitHashKey ? base64(explicitHashKey) : "-", base64(data)].join(" "),
    );
    writer.write(lines.join("\n"));
    const status = await writer.ended();
    if (status !== 0) throw new Error(`the KPL ended with exit code ${status}: ${writer.complaints}`);
    return writer.lines;
  } finally {
    await writer.kill();
    await endpoint.close();
  }
}

/** All records of a stream `s`, shard by shard. */
export async function recordsOf(kinesis: Kinesis): Promise<readonly StoredRecord[]> {
  const { Shards = [] } = await kinesis.call("ListShards", { StreamName: "s" });
  const records: StoredRecord[] = [];
  for (const { ShardId } of Shards) {
    const reader = await ShardReader.open(kinesis, "s", ShardId, "oldest");
    for (;;) {
      const read = await reader.read({ records: 10_000, bytes: 10_000_000 });
      if (read.records.length === 0) break;
      for (const { SequenceNumber, PartitionKey, Data } of read.records)
        records.push({ sequenceNumber: SequenceNumber, partitionKey: PartitionKey, data: Data });
    }
  }
  return records;
}

function certificate(folder: string): { readonly cert: string; readonly key: string } {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
      ...["-keyout", key, "-out", cert],
    ],
    { stdio: "ignore" },
  );
  return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
}
