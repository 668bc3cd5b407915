import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openEndpoint } from "@streaming-data-lake/aws";
import { openConsole } from "@streaming-data-lake/console";
import { startRunner, synthesize } from "@streaming-data-lake/runner";
import { readStack } from "@streaming-data-lake/terraform";
import { type Measurement, median } from "./measurement";
import { type Taken, timedRun } from "./timed-run";

const count = 100_000;
const rounds = 3;

/** Measures what three open pages cost a run of 100,000 readings that are sent one by one. */
export async function run(): Promise<readonly Measurement[]> {
  const stackFile = await synthesize({ folder: resolve(__dirname, "..") });
  const [alone, watched]: [Watched[], Watched[]] = [[], []];
  // Both are measured in turn, because a machine's speed changes. The first round is only a warm-up.
  for (let round = 0; round <= rounds; round++)
    for (const pages of [0, 3]) {
      const taken = await takenBy(stackFile, pages);
      if (round > 0) (pages === 0 ? alone : watched).push(taken);
    }
  const seconds = (all: readonly Watched[]) => median(all.map((one) => one.seconds));
  const processor = (all: readonly Watched[]) => median(all.map((one) => one.processorSeconds));
  const more = (seconds(watched) / seconds(alone) - 1) * 100;
  return [
    { what: "100,000 readings, single records, without a console", value: seconds(alone), unit: "s" },
    { what: "  with three pages open", value: seconds(watched), unit: "s" },
    { what: "  more", value: more, unit: "%", target: "<= 5", reached: more <= 5 },
    { what: "  processor time of runner and producer without", value: processor(alone), unit: "s" },
    { what: "  with three pages open", value: processor(watched), unit: "s" },
    {
      what: "  processor time of those who read the pages",
      value: median(watched.map((one) => one.readersSeconds)),
      unit: "s",
    },
  ];
}

interface Watched extends Taken {
  /** Processor time of the process that reads the pages' answers. */
  readonly readersSeconds: number;
}

async function takenBy(stackFile: string, pages: number): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), "bench-console-"));
  const read = readStack(stackFile);
  const endpoint = await openEndpoint();
  const runner = await startRunner({
    stack: read.stack,
    dir: join(folder, ".local"),
    api: endpoint.functionApi,
    journal: pages > 0,
  });
  const page = pages > 0 ? await openConsole({ page: folder }) : undefined;
  page?.show(await endpoint.answerFor(read, runner), {});
  const stream = read.stack.streams[0]?.name ?? "";
  const open = page && (await Pages.open(page.url, stream, pages));
  try {
    const readersBefore = (await open?.processorSeconds()) ?? 0;
    const taken = await timedRun(runner, stream, count);
    return { ...taken, readersSeconds: ((await open?.processorSeconds()) ?? 0) - readersBefore };
  } finally {
    open?.close();
    await page?.close();
    await runner.close();
    await endpoint.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The program that makes a page's requests: the live values, the stream's new records, and the latest journeys every
 * two seconds. It ignores the answers, because drawing them is the browser's own work, possibly on another machine.
 */
const asking = `
  const { Agent, get } = require("node:http");
  const [url, stream, pages] = process.argv.slice(1);
  const { origin, hash } = new URL(url);
  const agent = new Agent({ keepAlive: true });
  const headers = { Authorization: "Bearer " + hash.slice(1) };
  const read = (path, begun = () => {}) =>
    get(origin + "/api/" + path, { agent, headers }, (answer) => answer.once("data", begun).resume());
  let waiting = Number(pages);
  for (let page = 0; page < Number(pages); page++) {
    read("live", () => --waiting === 0 && process.send("begun"));
    read("streams/" + stream + "/tail");
    setTimeout(() => setInterval(() => read("journeys?limit=50"), 2000), page * 600);
  }
  process.on("message", () => process.send(process.cpuUsage()));
`;

/** Open pages, simulated in a separate process. */
class Pages {
  private constructor(private readonly reader: ChildProcess) {}

  static async open(url: string, stream: string, pages: number): Promise<Pages> {
    const reader = spawn(process.execPath, ["-e", asking, url, stream, String(pages)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    await once(reader, "message");
    return new Pages(reader);
  }

  async processorSeconds(): Promise<number> {
    this.reader.send("");
    const [{ user, system }] = (await once(this.reader, "message")) as [NodeJS.CpuUsage];
    return (user + system) / 1_000_000;
  }

  close(): void {
    this.reader.kill();
  }
}
