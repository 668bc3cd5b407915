import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { encodeReading } from "@streaming-data-lake/dataset";
import { simulateReadings } from "@streaming-data-lake/dataset/simulate";
import type { Context, KinesisStreamEvent } from "aws-lambda";
import { createHandler } from "../functions/process-readings/handler";
import { readSettings } from "../functions/process-readings/settings";
import { type Measurement, median } from "./measurement";

/**
 * Measures what `npm run cost` assumes about this pipeline (cost/assumptions.ts): bytes of objects and log lines, and
 * the time of a batch.
 */
export async function run(): Promise<readonly Measurement[]> {
  const small = await objectBytes(60);
  const large = await objectBytes(100_000);
  const slope = (name: "json" | "gzip" | "parquet") => (large[name] - small[name]) / (100_000 - 60);
  const [line1, line100, line10000] = [logBytes(1), logBytes(100), logBytes(10_000)];
  const one = milliseconds(1);
  return [
    { what: "reading as JSON", value: large.json / 100_000, unit: "bytes" },
    { what: "  in a gzip object", value: slope("gzip"), unit: "bytes" },
    { what: "  in a Parquet object", value: slope("parquet"), unit: "bytes" },
    { what: "  gzip object beside its readings", value: small.gzip - 60 * slope("gzip"), unit: "bytes" },
    {
      what: "  Parquet object beside its readings",
      value: small.parquet - 60 * slope("parquet"),
      unit: "bytes",
    },
    { what: "line of metrics, batch of 1", value: line1, unit: "bytes" },
    { what: "line of metrics, batch of 100", value: line100, unit: "bytes" },
    { what: "line of metrics, batch of 10,000", value: line10000, unit: "bytes" },
    { what: "batch of 1", value: 1000 * one, unit: "µs" },
    {
      what: "  each further reading of 10,000",
      value: (1000 * (milliseconds(10_000) - one)) / 9_999,
      unit: "µs",
    },
  ];
}

export interface ObjectBytes {
  readonly json: number;
  readonly gzip: number;
  readonly parquet: number;
}

/**
 * Bytes of the given number of readings of 1,000 sensors, as JSON lines and as they are stored in `raw/` and
 * `processed/`.
 */
export async function objectBytes(readings: number): Promise<ObjectBytes> {
  const folder = mkdtempSync(join(tmpdir(), "cost-bench-"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const source = simulateReadings({
      sensors: 1000,
      seed: 1,
      start: new Date("2024-01-01T00:00:00Z"),
      intervalMs: 7,
    });
    const lines = Array.from({ length: readings }, () => encodeReading(source.next().value));
    const json = shuffled(lines).join("");
    const gzip = gzipSync(json).length;
    return { json: json.length, gzip, parquet: await parquetBytes(connection, folder, json) };
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Shuffles readings, in the same way each time. Sensors in a regular order would compress better than real ones. */
function shuffled(lines: readonly string[]): string[] {
  const mixed = [...lines];
  let state = 1;
  for (let at = mixed.length - 1; at > 0; at--) {
    // This is MINSTD: https://en.wikipedia.org/wiki/Lehmer_random_number_generator
    state = (state * 48_271) % 0x7fff_ffff;
    const other = state % (at + 1);
    [mixed[at], mixed[other]] = [mixed[other] ?? "", mixed[at] ?? ""];
  }
  return mixed;
}

async function parquetBytes(connection: DuckDBConnection, folder: string, json: string): Promise<number> {
  const [lines, parquet] = [join(folder, "readings.json"), join(folder, "readings.parquet")];
  writeFileSync(lines, json);
  await connection.run(
    `COPY (SELECT * FROM read_json('${lines}', format = 'newline_delimited',
       columns = {sensor_id: 'VARCHAR', temperature: 'DOUBLE', humidity: 'DOUBLE', "timestamp": 'TIMESTAMP', location: 'VARCHAR'}))
     TO '${parquet}' (FORMAT parquet, COMPRESSION snappy)`,
  );
  return statSync(parquet).size;
}

const context = {
  awsRequestId: "8d1cbd2c-3c7e-4a57-9d0a-0d1c2b3a4f5e",
  getRemainingTimeInMillis: () => 60_000,
} as Context;

function event(readings: number): KinesisStreamEvent {
  const source = simulateReadings({ sensors: 20, seed: 1 });
  const Records = Array.from({ length: readings }, (_, index) => ({
    kinesis: {
      sequenceNumber: String(index + 1),
      partitionKey: "sensor-001",
      data: Buffer.from(encodeReading(source.next().value)).toString("base64"),
    },
  }));
  return { Records } as KinesisStreamEvent;
}

function handlerTo(writeMetrics: (line: string) => void) {
  const nothing = () => {};
  const logger = { addContext: nothing, warn: nothing, error: nothing };
  return createHandler({ settings: readSettings({}), logger, writeMetrics, now: Date.now });
}

/** Bytes of metrics that a batch writes to the log. */
export function logBytes(readings: number): number {
  let bytes = 0;
  void handlerTo((line) => {
    bytes += Buffer.byteLength(line) + 1;
  })(event(readings), context);
  return bytes;
}

/** Milliseconds that a batch takes when the function is warm. */
function milliseconds(readings: number): number {
  const handler = handlerTo(() => {});
  const given = event(readings);
  const times = Array.from({ length: 60 }, () => {
    const start = performance.now();
    void handler(given, context);
    return performance.now() - start;
  });
  return median(times.slice(20));
}
