import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { Athena } from "@aws-sdk/client-athena";
import { S3 } from "@aws-sdk/client-s3";
import { type Done, type Load, NUMBER, prepare, recorder } from "./endpoint/prepared";
import { type Server, startMoto, startOurs } from "./endpoint/servers";
import type { Measurement } from "./measurement";

export const onlyByName = true;

const Bucket = "bench-endpoint";
const atOnce = 16;
const largeMebibytes = 64;
const rows = 1_000_000;

/** How many requests a server gets, chosen so that each measurement takes some seconds. */
interface Amount {
  readonly objects: number;
  readonly largePuts: number;
  readonly largeGets: number;
  /** How often all pages are read before the measurement, until V8 has compiled the code that produces them. */
  readonly warmings: number;
}

/** Measures requests of the SDK, which a separate process sends to our endpoint and to moto in the same run. */
export async function run(): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-endpoint-"));
  try {
    const ours = await measure(await startOurs(folder), folder, {
      objects: 10_000,
      largePuts: 16,
      largeGets: 32,
      warmings: 5,
    });
    const moto = await startMoto();
    if (!moto) {
      process.stderr.write("moto_server is not installed: left out\n");
      return ours;
    }
    await fetch(`${moto.url}/moto-api/static/athena/query-results`, {
      method: "POST",
      body: JSON.stringify(canned()),
    });
    const theirs = await measure(moto, folder, { objects: 1_000, largePuts: 1, largeGets: 8, warmings: 1 });
    return ours.flatMap(({ what, value, unit }, index) => {
      const other = theirs[index]?.value ?? Number.NaN;
      return [
        { what, value, unit, target: ">= 10 x moto", reached: value >= 10 * other },
        { what: `${what}, moto`, value: other, unit },
        { what: "... times", value: value / other, unit: "" },
      ];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measures a server, and stops it afterwards. */
async function measure(server: Server, folder: string, amount: Amount): Promise<readonly Measurement[]> {
  const client = fork(join(__dirname, "endpoint", "load.ts"), { execArgv: ["--import", "tsx"] });
  const rate = async (load: Omit<Load, "url">): Promise<number> => {
    client.send({ ...load, url: server.url });
    const [done] = (await once(client, "message")) as [Done | { readonly error: string }];
    if ("error" in done) throw new Error(done.error);
    return done.count / done.seconds;
  };
  try {
    const config = {
      endpoint: server.url,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    };
    const s3 = new S3({ ...config, forcePathStyle: true });
    await s3.createBucket({ Bucket });
    const recorded = { ...config, requestHandler: recorder, maxAttempts: 1, logger: silence };
    const silent = new S3({ ...recorded, forcePathStyle: true });
    const { objects, largePuts, largeGets } = amount;
    const Key = `small/${NUMBER}`;
    const put = await prepare(
      () => silent.putObject({ Bucket, Key, Body: Buffer.alloc(1024, "a reading ") }),
      folder,
    );
    const get = await prepare(() => silent.getObject({ Bucket, Key }), folder);
    const length = largeMebibytes * 1024 * 1024;
    const putLarge = await prepare(
      () =>
        silent.putObject({
          Bucket,
          Key: "large",
          Body: Readable.from(chunks(length)),
          ContentLength: length,
        }),
      folder,
    );
    const getLarge = await prepare(() => silent.getObject({ Bucket, Key: "large" }), folder);
    // Each request is made before it is measured, so that its code has been compiled and the objects to read exist.
    await rate({ call: put, times: objects / 5, atOnce });
    const puts = await rate({ call: put, times: objects, atOnce });
    await rate({ call: get, times: objects / 5, atOnce });
    const gets = await rate({ call: get, times: objects, atOnce });
    const largePutRate = await rate({ call: putLarge, times: largePuts, atOnce: 1 });
    await rate({ call: getLarge, times: 1, atOnce: 1 });
    const largeGetRate = await rate({ call: getLarge, times: largeGets, atOnce: 1 });
    const QueryExecutionId = await succeeded(new Athena(config));
    const athena = new Athena(recorded);
    const results = await prepare(() => athena.getQueryResults({ QueryExecutionId }), folder);
    for (let warming = 0; warming < amount.warmings; warming++)
      await rate({ call: results, times: 1, atOnce: 1, pages: true });
    const rowsASecond = await rate({ call: results, times: 1, atOnce: 1, pages: true });
    return [
      { what: "S3 put of 1 KiB", value: puts, unit: "objects/s" },
      { what: "S3 get of 1 KiB", value: gets, unit: "objects/s" },
      { what: `S3 put of ${largeMebibytes} MiB`, value: largeMebibytes * largePutRate, unit: "MiB/s" },
      { what: `S3 get of ${largeMebibytes} MiB`, value: largeMebibytes * largeGetRate, unit: "MiB/s" },
      { what: "GetQueryResults", value: rowsASecond, unit: "rows/s" },
    ];
  } finally {
    client.disconnect();
    await server.stop();
  }
}

/** A silent logger. The SDK would warn that a stream can't be sent again, but nothing is sent again here. */
const silence = { debug() {}, info() {}, warn() {}, error() {} };

function* chunks(length: number): Generator<Buffer> {
  const chunk = Buffer.alloc(256 * 1024, "0123456789abcdef");
  for (let at = 0; at < length; at += chunk.length) yield chunk;
}

/** A statement that gives the same rows as the answer that moto is given. */
const sql = `SELECT n, n * 2 AS twice, 'reading ' || CAST(n AS varchar) AS text FROM UNNEST(sequence(1, 10000)) AS a(k) CROSS JOIN UNNEST(sequence(k * 100 - 99, k * 100)) AS b(n)`;

/**
 * The result that moto answers. It has as many rows as moto, which answers all of them at once, manages in some
 * seconds.
 */
function canned(): object {
  const row = (n: number) => ({
    Data: [n, n * 2, `reading ${n}`].map((value) => ({ VarCharValue: String(value) })),
  });
  return { results: [{ rows: Array.from({ length: rows / 10 }, (_, n) => row(n)), column_info: [] }] };
}

/** Runs the statement until it has succeeded. @returns The id of its execution. */
async function succeeded(athena: Athena): Promise<string> {
  const ResultConfiguration = { OutputLocation: `s3://${Bucket}/results/` };
  const { QueryExecutionId = "" } = await athena.startQueryExecution({
    QueryString: sql,
    ResultConfiguration,
  });
  for (;;) {
    const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId });
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === "FAILED") throw new Error(StateChangeReason);
    if (State === "SUCCEEDED") return QueryExecutionId;
    await wait(50);
  }
}
