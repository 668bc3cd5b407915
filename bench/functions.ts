import { fork, spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { type UnpackedArchive, unpackArchive } from "./functions-archive";

export interface Throughput {
  readonly readingsPerSecond: number;
  readonly peerReadingsPerSecond: number;
}

export interface Memory {
  /** After 1,000 batches. */
  readonly heapEarlyMebibytes: number;
  /** After 10,000 batches. */
  readonly heapLateMebibytes: number;
}

/** The real-time function as deployed: its size, its start, its rate beside Powertools' batch processor, its memory. */
export async function run(): Promise<void> {
  const archive = unpackArchive();
  try {
    const starts = Array.from({ length: 11 }, () => firstRecord(archive)).sort((a, b) => a - b);
    const rate = await work<Throughput>(archive, "throughput");
    const memory = await work<Memory>(archive, "memory");
    const ratio = rate.readingsPerSecond / rate.peerReadingsPerSecond;
    const count = (value: number) => value.toLocaleString("en-US");
    const table: [string, string, string][] = [
      ["bundle, minified", `${count(archive.entryBytes)} bytes`, "under 150,000"],
      ["archive with source map", `${count(archive.archiveBytes)} bytes`, ""],
      ["import to first record, median of 11", `${(starts[5] ?? Number.NaN).toFixed(0)} ms`, "under 150"],
      ["10,000 readings a batch", `${count(rate.readingsPerSecond)} readings/s`, "at least 200,000"],
      ["  Powertools BatchProcessor + parser", `${count(rate.peerReadingsPerSecond)} readings/s`, ""],
      ["  ratio", ratio.toFixed(1), "at least 2"],
      ["heap after 1,000 batches", `${memory.heapEarlyMebibytes.toFixed(1)} MiB`, ""],
      ["heap after 10,000 batches", `${memory.heapLateMebibytes.toFixed(1)} MiB`, "flat"],
    ];
    for (const [what, value, target] of table)
      console.log(`${what.padEnd(38)} ${value.padStart(20)}   ${target}`.trimEnd());
  } finally {
    archive.remove();
  }
}

/** Milliseconds from requiring the entry point to the answer to one record, in a fresh process. */
function firstRecord(archive: UnpackedArchive): number {
  const reading = {
    sensor_id: "sensor-001",
    temperature: 22.5,
    humidity: 65.2,
    timestamp: new Date().toISOString(),
    location: "warehouse-A",
  };
  const data = Buffer.from(`${JSON.stringify(reading)}\n`).toString("base64");
  const event = { Records: [{ kinesis: { sequenceNumber: "1", partitionKey: "sensor-001", data } }] };
  const script = `
    const event = ${JSON.stringify(event)};
    const start = performance.now();
    const { handler } = require("./index.js");
    handler(event, { awsRequestId: "1", getRemainingTimeInMillis: () => 60_000 }).then(() =>
      console.log("milliseconds " + (performance.now() - start)));
  `;
  const { stdout } = spawnSync(process.execPath, ["--enable-source-maps", "-e", script], {
    cwd: archive.folder,
    encoding: "utf8",
    timeout: 30_000,
  });
  return Number(/^milliseconds (.+)$/m.exec(stdout)?.[1]);
}

/** Runs the worker, bundled as a function is, in a process of its own under plain Node.js. */
function work<Figures>(archive: UnpackedArchive, what: string): Promise<Figures> {
  const outfile = join(archive.folder, "..", "worker.js");
  buildSync({
    entryPoints: [join(__dirname, "functions-worker.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  return new Promise((resolve, reject) => {
    const worker = fork(outfile, [archive.entry, what], {
      execArgv: ["--expose-gc"],
      // The function writes its log and metrics as always, to nowhere.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      timeout: 300_000,
    });
    worker.once("message", (figures) => resolve(figures as Figures));
    worker.once("exit", (code) => reject(new Error(`The benchmark's worker (${what}) ended with ${code}`)));
  });
}
