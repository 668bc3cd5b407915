import type {
  BufferCounters,
  Counters,
  DeliveryCounters,
  FunctionCounters,
  MappingCounters,
  StreamCounters,
} from "@streaming-data-lake/runner/counters";
import { formatBytes, formatDuration, plural } from "@streaming-data-lake/runner/format";
import { formatMetric } from "@streaming-data-lake/runner/summary";

/** What the runner is doing, as lines of at most `width` characters. */
export function renderView(counters: Counters, now: number, width = 100): string[] {
  const lines = [
    ...counters.streams.map((stream) => row("stream", stream.name, streamText(stream))),
    ...counters.mappings.flatMap((mapping) => [
      row("lambda", mapping.functionName, mappingText(mapping)),
      ...problems(mapping),
    ]),
    ...counters.functions.flatMap(({ metrics }) => metricRows(metrics)),
    ...counters.alarms.filter(({ state }) => state === "ALARM").map(({ name }) => row("ALARM", name, "")),
    ...counters.deliveries.flatMap((delivery) => [
      row("delivery", delivery.name, deliveryText(delivery)),
      ...delivery.buffers.map((buffer) => row("", buffer.kind, bufferText(buffer, now))),
    ]),
  ];
  return lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
}

function row(label: string, name: string, text: string): string {
  return `${label.padEnd(9)} ${name.padEnd(32)} ${text}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function streamText({ acknowledged, throttled }: StreamCounters): string {
  const taken = acknowledged === undefined ? "external" : `${count(acknowledged)} in`;
  return throttled > 0 ? `${taken} · ${count(throttled)} throttled` : taken;
}

function mappingText(mapping: MappingCounters): string {
  const parts = [
    `${count(mapping.succeeded)} done`,
    `${count(mapping.pending)} waiting`,
    `${count(mapping.invocations)} batches`,
    `lag ${Math.round(mapping.lagMilliseconds)} ms`,
  ];
  return parts.join(" · ");
}

/** What a function counts, on one line. */
function metricRows(metrics: FunctionCounters["metrics"]): string[] {
  const counts = Object.entries(metrics).filter(([, { unit }]) => unit === "Count");
  if (counts.length === 0) return [];
  return [row("", "", counts.map(([name, total]) => `${name} ${formatMetric(total)}`).join(" · "))];
}

function problems({ errors, retries, failed, filtered, deadLetters }: MappingCounters): string[] {
  const parts: string[] = [];
  if (filtered > 0) parts.push(`${count(filtered)} filtered out`);
  if (errors > 0) parts.push(plural(errors, "error"), `${count(retries)} retried`);
  if (failed > 0) parts.push(`${plural(failed, "record")} given up in ${plural(deadLetters, "dead letter")}`);
  return parts.length > 0 ? [row("", "", parts.join(" · "))] : [];
}

function deliveryText(delivery: DeliveryCounters): string {
  const parts = [`${count(delivery.userRecords)} in`];
  if (delivery.parquetObjects > 0) parts.push(`${count(delivery.parquetObjects)} Parquet`);
  if (delivery.rawObjects > 0) parts.push(`${count(delivery.rawObjects)} raw`);
  if (delivery.errorObjects > 0)
    parts.push(`${plural(delivery.rejected, "record")} in ${plural(delivery.errorObjects, "error object")}`);
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
  return `${bar} ${formatBytes(bytes)} · ${plural(records, "record")} · written in ${formatDuration(left)}`;
}

export interface Screen {
  /** Writes a line above the view. */
  readonly line: (text: string) => void;
  readonly stop: () => void;
}

/**
 * Shows the counters: on a terminal in place, four times a second; else a line for each change, every five seconds.
 */
export function showLive(counters: Counters, out: NodeJS.WriteStream = process.stderr): Screen {
  return out.isTTY ? redraw(counters, out) : log(counters, out);
}

function redraw(counters: Counters, out: NodeJS.WriteStream): Screen {
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) out.write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  };
  const draw = () => {
    const lines = renderView(counters, Date.now(), out.columns || 80).slice(
      0,
      Math.max(1, (out.rows || 24) - 1),
    );
    erase();
    out.write(`${lines.join("\n")}\n`);
    drawn = lines.length;
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
      drawn = 0;
    },
  };
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

function renderLog({ streams, mappings, deliveries }: Counters): string {
  return [
    ...streams.map((stream) => `${stream.name}: ${streamText(stream)}`),
    ...mappings.map(
      ({ functionName, succeeded, failed, pending }) =>
        `${functionName}: ${count(succeeded)} done, ${count(failed)} given up, ${count(pending)} waiting`,
    ),
    ...deliveries.map(
      ({ name, delivered, rejected }) =>
        `${name}: ${count(delivered)} delivered, ${count(rejected)} rejected`,
    ),
  ].join(" | ");
}
