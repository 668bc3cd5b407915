import { fork, spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { type UnpackedArchive, unpackArchive } from "./handler/archive";
import { atLeast, below, type Measurement, median } from "./measurement";

export interface Throughput {
  readonly readingsPerSecond: number;
}

export interface Memory {
  /** Heap after 1,000 batches, in MiB. */
  readonly heapEarlyMebibytes: number;
  /** Heap after 10,000 batches, in MiB. */
  readonly heapLateMebibytes: number;
}

/**
 * Measures the real-time function as it is deployed: its size, its start, its rate compared with Powertools' batch
 * processor, and its memory.
 */
export async function run(): Promise<readonly Measurement[]> {
  const archive = unpackArchive();
  try {
    const start = median(Array.from({ length: 11 }, () => firstRecord(archive)));
    const { readingsPerSecond: rate } = await work<Throughput>(archive, "ours");
    const { readingsPerSecond: peer } = await work<Throughput>(archive, "peer");
    const memory = await work<Memory>(archive, "memory");
    const growth = memory.heapLateMebibytes - memory.heapEarlyMebibytes;
    return [
      below("bundle, minified", archive.entryBytes, "bytes", 150_000),
      { what: "archive with source map", value: archive.archiveBytes, unit: "bytes" },
      below("import to first record", start, "ms", 150),
      atLeast("10,000 readings a batch", rate, "readings/s", 200_000),
      {
        what: "  Powertools BatchProcessor with parser",
        value: peer,
        unit: "readings/s",
      },
      atLeast("  ratio", rate / peer, "times", 2),
      { what: "heap after 1,000 batches of 100", value: memory.heapEarlyMebibytes, unit: "MiB" },
      { what: "heap after 10,000 batches of 100", value: memory.heapLateMebibytes, unit: "MiB" },
      below("  growth", growth, "MiB", 1),
    ];
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

/** Runs the worker in a separate process with plain Node.js. It is bundled as a function is. */
function work<Figures>(archive: UnpackedArchive, what: string): Promise<Figures> {
  const outfile = join(archive.folder, "..", "worker.js");
  buildSync({
    entryPoints: [join(__dirname, "functions/worker.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  return new Promise((resolve, reject) => {
    const worker = fork(outfile, [archive.entry, what], {
      execArgv: ["--expose-gc"],
      // The function writes its log and metrics as always, but they are discarded.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      timeout: 300_000,
    });
    worker.once("message", (figures) => resolve(figures as Figures));
    worker.once("exit", (code) => reject(new Error(`The benchmark's worker (${what}) ended with ${code}`)));
  });
}
