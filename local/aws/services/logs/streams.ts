import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileName, inside } from "@streaming-data-lake/lake/paths";
import { logGroupOf } from "@streaming-data-lake/runner/access/lambda";
import { appendLines } from "@streaming-data-lake/runner/files/write";
import type { World } from "../../world";
import { readJsonLines } from "../json-lines";

export interface LogEvent {
  /** Time of the event. Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
  readonly stream: string;
  /** Position of the event in its stream, beginning at 0. */
  readonly index: number;
}

interface Kept {
  readonly timestamp: number;
  readonly message: string;
}

interface Created {
  readonly group: string;
  /** Name of the created stream. It is absent when the log group itself was created. */
  readonly stream?: string;
}

/** Name of the log stream that has the complete output of a function. */
const functionStream = "local";

/**
 * Log groups and their streams. The streams of the stack's functions are the runner's log files. Those that clients
 * create are stored in the run's folder.
 */
export class LogStreams {
  private readonly functions: ReadonlyMap<string, string>;
  private readonly named: readonly string[];
  private readonly folder: string;
  private readonly createdPath: string;
  /** The streams that clients have created, by log group. */
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

  /** Records a created group or stream. Its name must be recorded, since a long one is shortened in the file's name. */
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

  /** The events of a stream, in order. */
  events(group: string, stream: string): readonly LogEvent[] {
    const path = this.functions.get(group);
    if (stream === functionStream && path !== undefined && existsSync(path)) return functionEvents(path);
    return readJsonLines<Kept>(this.pathOf(group, stream)).map((event, index) => ({
      ...event,
      stream,
      index,
    }));
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

/**
 * The events of a function's log file. The file has no timestamps, so an event gets the time that its line mentions, or
 * else that of the previous line.
 */
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
