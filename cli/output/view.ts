import {
  type BufferCounters,
  type Counters,
  type DeliveryCounters,
  type FunctionCounters,
  type MappingCounters,
  mappingName,
  type StreamCounters,
} from "@streaming-data-lake/runner/counters";
import { formatBytes, formatDuration, plural } from "@streaming-data-lake/runner/format";
import { producedOn, recordsOn } from "@streaming-data-lake/runner/reconciliation";
import { formatMetric } from "@streaming-data-lake/runner/render-summary";

/**
 * The lines that show what the runner is doing. A text that does not fit into a line continues in the next, broken
 * between its parts if possible.
 *
 * @param width Characters in a line. @default no limit
 */
export function renderView(counters: Counters, now: number, width = Number.POSITIVE_INFINITY): string[] {
  const units = (stream: string) => unitsOf(stream, counters);
  const rows = [
    ...counters.streams.map((stream) => row("stream", stream.name, streamText(stream, units(stream.name)))),
    ...counters.mappings.flatMap((mapping) => [
      row("lambda", mappingName(mapping, counters), mappingText(mapping, units(mapping.streamName))),
      ...problems(mapping),
    ]),
    ...counters.functions.flatMap(({ metrics }) => metricRows(metrics)),
    ...counters.alarms.filter(({ state }) => state === "ALARM").map(({ name }) => row("ALARM", name, "")),
    ...counters.deliveries.flatMap((delivery) => [
      row("delivery", delivery.name, deliveryText(delivery, units(delivery.streamName))),
      ...delivery.buffers.map((buffer) => row("", buffer.kind, bufferText(buffer, now))),
    ]),
  ];
  return rows.flatMap((one) => linesOf(one, width));
}

interface Row {
  readonly label: string;
  readonly name: string;
  readonly text: string;
}

const row = (label: string, name: string, text: string): Row => ({ label, name, text });

const separator = " · ";
/** The columns at which the names and the texts begin. */
const [nameColumn, textColumn] = [10, 43];
/** Characters that a text needs beside its name at least. With less room it begins on a line of its own. */
const leastText = 30;

function linesOf({ label, name, text }: Row, width: number): string[] {
  const head = `${label.padEnd(nameColumn - 1)} ${name.padEnd(textColumn - nameColumn - 1)}`;
  const line = `${head} ${text}`.trimEnd();
  if (line.length <= width) return [line];
  const isBeside = head.length + 1 + leastText <= width;
  const indent = isBeside ? head.length + 1 : Math.min(nameColumn, Math.floor(width / 4));
  const [first = "", ...rest] = wrapped(text, width - indent);
  const below = rest.map((part) => " ".repeat(indent) + part);
  const lines = isBeside
    ? [`${head} ${first}`, ...below]
    : [head.trimEnd(), ...(first === "" ? [] : [" ".repeat(indent) + first]), ...below];
  return lines.flatMap((one) => chopped(one, width));
}

/** The lines of a text that is broken only between its parts. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of text.split(separator)) {
    const longer = line === "" ? part : `${line}${separator}${part}`;
    if (line !== "" && longer.length > width) {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  return [...lines, line];
}

/** Breaks a line that is still too long where the terminal would break it. */
function chopped(line: string, width: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < line.length; at += width) lines.push(line.slice(at, at + width));
  return lines;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

interface Units {
  readonly kinesis: string;
  readonly user: string;
}

/** The units of counts if a producer aggregates: Kinesis records for streams and functions, else user records. */
function unitsOf(stream: string, counters: Counters): Units {
  const isAggregated = producedOn(stream, counters) !== recordsOn(stream, counters);
  return isAggregated ? { kinesis: " Kinesis records", user: " user records" } : { kinesis: "", user: "" };
}

function streamText({ acknowledged, throttled }: StreamCounters, { kinesis }: Units): string {
  const taken = acknowledged === undefined ? "external" : `${count(acknowledged)}${kinesis} in`;
  return throttled > 0 ? `${taken} · ${count(throttled)} throttled` : taken;
}

function mappingText(mapping: MappingCounters, { kinesis }: Units): string {
  const parts = [
    `${count(mapping.succeeded)}${kinesis} done`,
    `${count(mapping.pending)} waiting`,
    `${count(mapping.invocations)} batches`,
    `lag ${Math.round(mapping.lagMilliseconds)} ms`,
  ];
  return parts.join(" · ");
}

/** The counts among a function's metrics, on one line. */
function metricRows(metrics: FunctionCounters["metrics"]): Row[] {
  const counts = Object.entries(metrics).filter(([, { unit }]) => unit === "Count");
  if (counts.length === 0) return [];
  return [row("", "", counts.map(([name, total]) => `${name} ${formatMetric(total)}`).join(" · "))];
}

function problems({ errors, retries, failed, filtered, deadLetters }: MappingCounters): Row[] {
  const parts: string[] = [];
  if (filtered > 0) parts.push(`${count(filtered)} filtered out`);
  if (errors > 0) parts.push(plural(errors, "error"), `${count(retries)} retried`);
  if (failed > 0) parts.push(`${plural(failed, "record")} discarded`, plural(deadLetters, "dead letter"));
  return parts.length > 0 ? [row("", "", parts.join(" · "))] : [];
}

function deliveryText(delivery: DeliveryCounters, { user }: Units): string {
  const parts = [`${count(delivery.userRecords)}${user} in`];
  if (delivery.parquetObjects > 0) parts.push(`${count(delivery.parquetObjects)} Parquet`);
  if (delivery.rawObjects > 0) parts.push(`${count(delivery.rawObjects)} raw`);
  if (delivery.errorObjects > 0)
    parts.push(`${plural(delivery.rejected, "record")} in ${plural(delivery.errorObjects, "error object")}`);
  if (delivery.dropped > 0) parts.push(`${count(delivery.dropped)} dropped`);
  if (delivery.writeErrors > 0) parts.push(plural(delivery.writeErrors, "failed write"));
  return parts.join(" · ");
}

function bufferText(
  { records, bytes, limitBytes, limitMilliseconds, since }: BufferCounters,
  now: number,
): string {
  if (since === undefined) return "buffer empty";
  const filled = Math.min(1, bytes / limitBytes);
  const bar = "█".repeat(Math.round(filled * 10)).padEnd(10, "░");
  const left = Math.max(0, since + limitMilliseconds - now);
  return `${bar} ${formatBytes(bytes)} · ${plural(records, "record")} · next write in ${formatDuration(left)}`;
}

export interface Screen {
  /** Writes a line above the view. */
  readonly line: (text: string) => void;
  readonly stop: () => void;
}

/**
 * Shows the counters. On a terminal they are redrawn in place, four times a second. Otherwise a line is written every
 * five seconds if they have changed.
 */
export function showLive(counters: Counters, out: NodeJS.WriteStream = process.stderr): Screen {
  return out.isTTY ? redraw(counters, out) : log(counters, out);
}

function redraw(counters: Counters, out: NodeJS.WriteStream): Screen {
  let drawn: readonly string[] = [];
  const width = () => out.columns || 80;
  const erase = () => {
    // The terminal can have become narrower since the last drawing, so that a drawn line now takes several rows.
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / width())), 0);
    if (rows > 0) out.write(`\r\x1b[${rows}A\x1b[0J`);
    drawn = [];
  };
  const draw = () => {
    const lines = fitting(renderView(counters, Date.now(), width()), (out.rows || 24) - 1);
    erase();
    out.write(`${lines.join("\n")}\n`);
    drawn = lines;
  };
  draw();
  const timer = setInterval(draw, 250);
  return {
    line: (text) => {
      erase();
      out.write(`${text}\n`);
      draw();
    },
    stop: () => {
      clearInterval(timer);
      draw();
      drawn = [];
    },
  };
}

/** The lines that fit on a terminal with `most` lines, and a note about how many more there are. */
function fitting(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  const shown = Math.max(1, most - 1);
  return [...lines.slice(0, shown), `… ${plural(lines.length - shown, "more line")}`];
}

function log(counters: Counters, out: NodeJS.WriteStream): Screen {
  let before = "";
  const write = () => {
    const now = renderLog(counters);
    if (now !== before) out.write(`${now}\n`);
    before = now;
  };
  before = renderLog(counters);
  const timer = setInterval(write, 5_000);
  return {
    line: (text) => out.write(`${text}\n`),
    stop: () => {
      clearInterval(timer);
      write();
    },
  };
}

function renderLog(counters: Counters): string {
  const { streams, mappings, deliveries } = counters;
  const units = (stream: string) => unitsOf(stream, counters);
  return [
    ...streams.map((stream) => `${stream.name}: ${streamText(stream, units(stream.name))}`),
    ...mappings.map(
      (mapping) =>
        `${mappingName(mapping, counters)}: ` +
        `${count(mapping.succeeded)}${units(mapping.streamName).kinesis} done, ${count(mapping.failed)} discarded, ` +
        `${count(mapping.pending)} waiting`,
    ),
    ...deliveries.map(
      ({ name, delivered, rejected, dropped, streamName }) =>
        `${name}: ${count(delivered)}${units(streamName).user} delivered, ${count(rejected)} rejected` +
        `${dropped > 0 ? `, ${count(dropped)} dropped` : ""}`,
    ),
  ].join(" | ");
}
