import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { writeStack } from "../__tests__/runner/fixtures/stack";
import { openEndpoint } from "../local/aws/index";
import { startRunner } from "../local/runner/runner";
import { readStack } from "../terraform/index";
import type { Measurement } from "./measurement";

export const onlyByName = true;

const objects = 2_000;
const atOnce = 16;
const largeMebibytes = 64;
const rows = 1_000_000;
/** moto holds a result in memory and answers it in one piece. */
const motoRows = 20_000;
const Bucket = "bench-endpoint";

/** Clients of the SDK on our endpoint, and on moto in the same run. */
export async function run(): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-endpoint-"));
  const read = readStack(writeStack(join(folder, "stack")));
  const endpoint = await openEndpoint();
  const runner = await startRunner({
    stack: read.stack,
    dir: join(folder, ".local"),
    api: endpoint.functionApi,
  });
  await endpoint.answerFor(read, runner);
  try {
    const ours = await measure(endpoint.url);
    const moto = await startMoto();
    if (!moto) return ours.map(({ what, value, unit }) => ({ what, value, unit }));
    try {
      const theirs = await measure(moto.url);
      return ours.flatMap(({ what, value, unit }, index) => {
        const other = theirs[index]?.value ?? Number.NaN;
        return [
          { what, value, unit, target: ">= 10 x moto", reached: value >= 10 * other },
          { what: `${what}, moto`, value: other, unit },
        ];
      });
    } finally {
      moto.stop();
    }
  } finally {
    await endpoint.close();
    await runner.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(url: string): Promise<readonly Measurement[]> {
  const isMoto = await fetch(`${url}/moto-api/`).then(({ ok }) => ok);
  const config = {
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket }));
  const small = randomBytes(1024);
  const put = await rate(objects, (n) =>
    s3.send(new PutObjectCommand({ Bucket, Key: `small/${n}`, Body: small })),
  );
  const get = await rate(objects, async (n) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: `small/${n}` }));
    await Body?.transformToByteArray();
  });
  const large = randomBytes(largeMebibytes * 1024 * 1024);
  const seconds = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    return (performance.now() - started) / 1000;
  };
  const putLarge = await seconds(() =>
    s3.send(
      new PutObjectCommand({
        Bucket,
        Key: "large",
        Body: Readable.from(chunks(large)),
        ContentLength: large.length,
      }),
    ),
  );
  const getLarge = await seconds(async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "large" }));
    for await (const _ of Body as Readable);
  });
  s3.destroy();
  const read = await (isMoto ? readMotoRows(url, config) : readRows(config));
  return [
    { what: "S3 put of 1 KiB", value: put, unit: "objects/s" },
    { what: "S3 get of 1 KiB", value: get, unit: "objects/s" },
    { what: `S3 put of ${largeMebibytes} MiB`, value: largeMebibytes / putLarge, unit: "MiB/s" },
    { what: `S3 get of ${largeMebibytes} MiB`, value: largeMebibytes / getLarge, unit: "MiB/s" },
    { what: "GetQueryResults", value: read, unit: "rows/s" },
  ];
}

function* chunks(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 256 * 1024) yield bytes.subarray(at, at + 256 * 1024);
}

/** A second, with so many calls at once. */
async function rate(count: number, work: (n: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const started = performance.now();
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return count / ((performance.now() - started) / 1000);
}

/** Rows a second, of a result that is there. */
async function readRows(config: ConstructorParameters<typeof AthenaClient>[0]): Promise<number> {
  const athena = new AthenaClient(config ?? {});
  const sql = `SELECT n, n * 2 AS twice, 'reading ' || CAST(n AS varchar) AS text FROM UNNEST(sequence(1, 10000)) AS a(k) CROSS JOIN UNNEST(sequence(k * 100 - 99, k * 100)) AS b(n)`;
  const QueryExecutionId = await settled(athena, sql);
  let count = 0;
  const started = performance.now();
  for await (const page of paginateGetQueryResults({ client: athena }, { QueryExecutionId }))
    count += page.ResultSet?.Rows?.length ?? 0;
  if (count !== rows + 1) throw new Error(`${count} rows came, not ${rows + 1}`);
  return count / ((performance.now() - started) / 1000);
}

async function readMotoRows(
  url: string,
  config: ConstructorParameters<typeof AthenaClient>[0],
): Promise<number> {
  const row = (n: number) => ({
    Data: [n, n * 2, `reading ${n}`].map((value) => ({ VarCharValue: String(value) })),
  });
  const canned = {
    results: [{ rows: Array.from({ length: motoRows }, (_, n) => row(n)), column_info: [] }],
  };
  await fetch(`${url}/moto-api/static/athena/query-results`, {
    method: "POST",
    body: JSON.stringify(canned),
  });
  const athena = new AthenaClient(config ?? {});
  const QueryExecutionId = await settled(athena, "SELECT 1");
  const started = performance.now();
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
  return (ResultSet?.Rows?.length ?? 0) / ((performance.now() - started) / 1000);
}

async function settled(athena: AthenaClient, QueryString: string): Promise<string> {
  const { QueryExecutionId = "" } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString,
      ResultConfiguration: { OutputLocation: `s3://${Bucket}/results/` },
    }),
  );
  for (;;) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === "FAILED") throw new Error(StateChangeReason);
    if (State === "SUCCEEDED") return QueryExecutionId;
    await wait(50);
  }
}

async function startMoto(): Promise<{ readonly url: string; stop(): void } | undefined> {
  if (spawnSync("moto_server", ["--help"], { stdio: "ignore" }).status !== 0) return undefined;
  const port = await freePort();
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 600; tries++) {
    if (
      await fetch(`${url}/moto-api/`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
    await wait(100);
  }
  return { url, stop: () => void server.kill("SIGKILL") };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
