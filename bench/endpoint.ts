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
const largeMebibytes = 64;
const rows = 1_000_000;

/** What is measured of a server, with the number of requests that it gets in each round. */
interface Measured extends Pick<Load, "call" | "times" | "atOnce" | "pages"> {
  readonly what: string;
  readonly unit: string;
  /** Value of one of what is counted, in the unit. @default 1 */
  readonly worth?: number;
  /** Number of requests before the measurement, until V8 has compiled what answers them and the objects exist. */
  readonly warmings: number;
}

/** Number of requests, chosen so that each measurement takes some seconds. */
interface Amount {
  readonly objects: number;
  readonly largePuts: number;
  readonly largeGets: number;
  readonly warmings: number;
}

/** The servers are measured in turn, so that a slow moment of the machine slows down both. */
const rounds = 5;

/** Measures requests of the SDK, which separate processes send to our endpoint and to moto. */
export async function run(): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-endpoint-"));
  const subjects: Subject[] = [];
  try {
    subjects.push(
      await prepareSubject(await startOurs(folder), folder, {
        objects: 2_000,
        largePuts: 4,
        largeGets: 8,
        warmings: 5,
      }),
    );
    const moto = await startMoto();
    if (moto) {
      await fetch(`${moto.url}/moto-api/static/athena/query-results`, {
        method: "POST",
        body: JSON.stringify(canned()),
      });
      subjects.push(
        await prepareSubject(moto, folder, { objects: 200, largePuts: 1, largeGets: 2, warmings: 1 }),
      );
    } else process.stderr.write("moto_server is not installed: left out\n");
    const [ours] = subjects;
    const measurements: Measurement[] = [];
    for (const [index, load] of ours?.loads.entries() ?? []) {
      const [value = Number.NaN, other] = await inTurn(subjects, index);
      const { what, unit } = load;
      if (other === undefined) measurements.push({ what, value, unit });
      else
        measurements.push(
          { what, value, unit, target: ">= 10 x moto", reached: value >= 10 * other },
          { what: `${what}, moto`, value: other, unit },
          { what: "... times", value: value / other, unit: "" },
        );
    }
    return measurements;
  } finally {
    for (const { stop } of subjects) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A server, with what is measured of it and the process that sends the requests. */
interface Subject {
  readonly loads: readonly Measured[];
  /** @param first Number of the first request. */
  send(load: Measured, times: number, first: number): Promise<Done>;
  stop(): Promise<void>;
}

/** Measures each server's load with the given index. @returns What each server did in a second, in the load's unit. */
async function inTurn(subjects: readonly Subject[], index: number): Promise<readonly number[]> {
  const runs = subjects.flatMap(({ loads, send }) => {
    const load = loads[index];
    return load ? [{ load, send, count: 0, seconds: 0 }] : [];
  });
  for (const { load, send } of runs) if (load.warmings > 0) await send(load, load.warmings, 0);
  for (let round = 0; round < rounds; round++)
    for (const run of runs) {
      const { count, seconds } = await run.send(
        run.load,
        run.load.times,
        run.load.warmings + round * run.load.times,
      );
      run.count += count;
      run.seconds += seconds;
    }
  return runs.map(({ load, count, seconds }) => ((load.worth ?? 1) * count) / seconds);
}

/** Prepares a server's measurements. When that fails, the server is stopped. */
async function prepareSubject(server: Server, folder: string, amount: Amount): Promise<Subject> {
  const client = fork(join(__dirname, "endpoint", "load.ts"), { execArgv: ["--import", "tsx"] });
  const stop = async () => {
    client.disconnect();
    await server.stop();
  };
  try {
    return {
      loads: await prepareLoads(server.url, folder, amount),
      async send({ call, atOnce, pages }, times, first) {
        client.send({ url: server.url, call, times, first, atOnce, ...(pages && { pages }) });
        const [done] = (await once(client, "message")) as [Done | { readonly error: string }];
        if ("error" in done) throw new Error(done.error);
        return done;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepareLoads(endpoint: string, folder: string, amount: Amount): Promise<readonly Measured[]> {
  const config = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  await new S3({ ...config, forcePathStyle: true }).createBucket({ Bucket });
  const recorded = { ...config, requestHandler: recorder, maxAttempts: 1, logger: silence };
  const s3 = new S3({ ...recorded, forcePathStyle: true });
  const Key = `small/${NUMBER}`;
  const put = () => s3.putObject({ Bucket, Key, Body: Buffer.alloc(1024, "a reading ") });
  const length = largeMebibytes * 1024 * 1024;
  const putLarge = () =>
    s3.putObject({ Bucket, Key: "large", Body: Readable.from(chunks(length)), ContentLength: length });
  const QueryExecutionId = await succeeded(new Athena(config));
  const athena = new Athena(recorded);
  const small = { unit: "objects/s", atOnce: 16, warmings: amount.objects, times: amount.objects };
  const large = { unit: "MiB/s", atOnce: 1, worth: largeMebibytes };
  return [
    { ...small, what: "S3 put of 1 KiB", call: await prepare(put, folder) },
    {
      ...small,
      what: "S3 get of 1 KiB",
      call: await prepare(() => s3.getObject({ Bucket, Key }), folder),
    },
    {
      ...large,
      what: `S3 put of ${largeMebibytes} MiB`,
      call: await prepare(putLarge, folder),
      warmings: 0,
      times: amount.largePuts,
    },
    {
      ...large,
      what: `S3 get of ${largeMebibytes} MiB`,
      call: await prepare(() => s3.getObject({ Bucket, Key: "large" }), folder),
      warmings: 1,
      times: amount.largeGets,
    },
    {
      what: "GetQueryResults",
      unit: "rows/s",
      call: await prepare(() => athena.getQueryResults({ QueryExecutionId }), folder),
      atOnce: 1,
      pages: true,
      warmings: amount.warmings,
      times: 1,
    },
  ];
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
