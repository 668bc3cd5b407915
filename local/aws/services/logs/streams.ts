import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileName, inside } from "@streaming-data-lake/lake/paths";
import { logGroupOf } from "@streaming-data-lake/runner/access/lambda";
import { appendLines } from "@streaming-data-lake/runner/files/write";
import type { World } from "../../world";
import { readJsonLines } from "../json-lines";

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
  readonly stream: string;
  /** Its place in the stream. */
  readonly index: number;
}

interface Kept {
  readonly timestamp: number;
  readonly message: string;
}

interface Created {
  readonly group: string;
  /** Absent where the group itself was created. */
  readonly stream?: string;
}

/** The stream of everything that a function prints here. */
const functionStream = "local";

/**
 * Log groups: those of the stack's functions, whose streams are the runner's files, and what clients write, in the run's folder.
 */
export class LogStreams {
  private readonly functions: ReadonlyMap<string, string>;
  private readonly named: readonly string[];
  private readonly folder: string;
  private readonly createdPath: string;
  /** What clients have created: the streams of each group. */
  private readonly created = new Map<string, Set<string>>();

  constructor({ stack, runner, folder }: World) {
    this.functions = new Map(
      stack.functions.map((fn) => [logGroupOf(fn), inside(runner.dir, "logs", `${fileName(fn.name)}.log`)]),
    );
    this.named = stack.access.logGroups.map(({ name }) => name);
    this.folder = inside(folder, "logs");
    mkdirSync(this.folder, { recursive: true });
    this.createdPath = inside(folder, "log-groups.ndjson");
    for (const { group, stream } of readJsonLines<Created>(this.createdPath)) this.remember(group, stream);
  }

  groups(): readonly string[] {
    return [...new Set([...this.functions.keys(), ...this.named, ...this.created.keys()])].sort();
  }

  streams(group: string): readonly string[] {
    const path = this.functions.get(group);
    const own = path !== undefined && existsSync(path) ? [functionStream] : [];
    return [...own, ...[...(this.created.get(group) ?? [])].sort()];
  }

  createGroup(group: string): void {
    this.create({ group });
  }

  createStream(group: string, stream: string): void {
    this.create({ group, stream });
    mkdirSync(this.folderOf(group), { recursive: true });
    appendLines(this.pathOf(group, stream), "");
  }

  /** Names are kept by themselves, since a long one is cut where it names a file. */
  private create(created: Created): void {
    appendLines(this.createdPath, `${JSON.stringify(created)}\n`);
    this.remember(created.group, created.stream);
  }

  private remember(group: string, stream: string | undefined): void {
    const streams = this.created.get(group) ?? new Set();
    this.created.set(group, streams);
    if (stream !== undefined) streams.add(stream);
  }

  write(group: string, stream: string, events: readonly Kept[]): void {
    const lines = events.map((event) => `${JSON.stringify(event)}\n`);
    appendLines(this.pathOf(group, stream), lines.join(""));
  }

  /** In their order. */
  events(group: string, stream: string): readonly LogEvent[] {
    const path = this.functions.get(group);
    if (stream === functionStream && path !== undefined && existsSync(path)) return functionEvents(path);
    return readJsonLines<Kept>(this.pathOf(group, stream)).map((kept, index) => ({ ...kept, stream, index }));
  }

  size(group: string): number {
    const path = this.functions.get(group);
    return path !== undefined && existsSync(path) ? statSync(path).size : 0;
  }

  private folderOf(group: string): string {
    return inside(this.folder, fileName(group));
  }

  private pathOf(group: string, stream: string): string {
    return join(this.folderOf(group), `${fileName(stream)}.ndjson`);
  }
}

/** A line has its own time where it says one, and else that of the line before: the runner's file has no times. */
function functionEvents(path: string): LogEvent[] {
  let timestamp = Math.floor(statSync(path).birthtimeMs);
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((message, index) => {
      timestamp = Math.max(timestamp, timeOf(message) ?? 0);
      return { timestamp, message, stream: functionStream, index };
    });
}

const times = [
  /"Timestamp":(\d{13})\b/,
  /"(?:timestamp|time)":"(\d{4}-[^"]+)"/,
  /^(\d{4}-\d\d-\d\dT[\d:.]+Z)\s/,
];

function timeOf(line: string): number | undefined {
  for (const pattern of times) {
    const [, text] = pattern.exec(line) ?? [];
    if (text === undefined) continue;
    const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
    if (!Number.isNaN(time)) return time;
  }
  return undefined;
}
