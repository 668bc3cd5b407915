import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConversionDatabase } from "../../local/runner/firehose/database";
import { ParquetBuffer } from "../../local/runner/firehose/parquet-buffer";
import { RawBuffer } from "../../local/runner/firehose/raw-buffer";
import type { Delivered } from "../../local/runner/firehose/spool";
import { median } from "../measurement";

const count = 200_000;
const columns = [
  { name: "sensor_id", type: "string" },
  { name: "temperature", type: "double" },
  { name: "humidity", type: "double" },
  { name: "timestamp", type: "timestamp" },
  { name: "location", type: "string" },
];

/**
 * Records a second that are parsed, converted, and written as Parquet and as the GZIP backup. The median of five runs.
 */
export async function deliveryRate(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bench-delivery-"));
  const database = new ConversionDatabase(join(folder, "spill"), new AbortController().signal);
  try {
    const records = sample();
    const rates: number[] = [];
    for (let round = 0; round < 5; round++) {
      const parquet = new ParquetBuffer({
        path: join(folder, `parquet-${round}`),
        table: {
          address: "",
          database: "lake",
          name: "sensor_data",
          location: "",
          columns,
          partitionKeys: [],
          serializationLibrary: "",
          serdeParameters: {},
          parameters: {},
        },
        conversion: {
          database: "lake",
          table: "sensor_data",
          format: "PARQUET",
          compression: "SNAPPY",
          deserializer: "OPENX_JSON",
          deserializerParameters: {},
        },
        database,
        persist: (work) => work(),
        region: "us-east-1",
        accountId: "000000000000",
      });
      const raw = new RawBuffer({
        path: join(folder, `raw-${round}`),
        persist: (work) => work(),
        gzip: true,
        appendDelimiter: false,
      });
      const started = performance.now();
      for (let at = 0; at < count; at += 5_000) {
        const chunk = records.slice(at, at + 5_000);
        await Promise.all([parquet.add("shard", chunk), raw.add("shard", chunk)]);
      }
      await Promise.all([parquet.finish(), raw.finish()]);
      rates.push(count / ((performance.now() - started) / 1000));
      await Promise.all([parquet.discard(), raw.discard()]);
    }
    return median(rates);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sample readings of about 130 bytes each. */
function sample(): Delivered[] {
  return Array.from({ length: count }, (_, index) => {
    const text = `{"sensor_id":"sensor-${String(index % 500).padStart(3, "0")}","temperature":${15 + (index % 200) / 10},"humidity":${40 + (index % 300) / 10},"timestamp":"2024-01-15T10:${String(index % 60).padStart(2, "0")}:00Z","location":"warehouse-${"ABC"[index % 3]}"}\n`;
    const record = { sequenceNumber: String(index), partitionKey: "k", data: Buffer.from(text), arrival: 0 };
    return { record, userRecords: [{ ...record, subSequenceNumber: 0 }] };
  });
}
