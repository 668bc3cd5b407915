import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { renderView, showLive } from "../../../cli/output/view";
import { deliveryCounters, readCounters } from "../../../local/runner/counters";
import { countersOf } from "../../runner/fixtures/counters";

const busy = countersOf({
  streams: [
    { name: "sensor-lake-dev-readings", acknowledged: 123_456, bytes: 0, throttled: 7, throttledReads: 0 },
  ],
  mappings: [
    {
      ...readCounters("s"),
      address: "aws_lambda_event_source_mapping.a",
      functionName: "sensor-lake-dev-process-readings",
      succeeded: 123_000,
      filtered: 3,
      failed: 12,
      failedUserRecords: 12,
      deadLetters: 2,
      invocations: 1_300,
      errors: 40,
      failedInvocations: 40,
      throttles: 0,
      lostDeadLetters: 0,
      retries: 38,
      lagMilliseconds: 1_234,
      pending: 456,
    },
  ],
  deliveries: [
    {
      ...deliveryCounters("sensor-lake-dev-delivery", "s", [
        {
          kind: "destination",
          records: 123_456,
          bytes: 1_000_000,
          limitBytes: 64 * 1024 * 1024,
          limitMilliseconds: 60_000,
          since: 0,
          undeliveredSince: 0,
        },
      ]),
      userRecords: 123_456,
      readNew: 123_456,
      parquetObjects: 3,
      rawObjects: 4,
    },
  ],
});

/** What the view says, whatever its lines. */
const said = (lines: readonly string[]) => lines.join("").replace(/[\s·]+/g, "");

describe("the view of what runs", () => {
  it.each([200, 100, 80, 60, 40])("has nothing cut off in %i columns", (width) => {
    const lines = renderView(busy, 1_000, width);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(said(lines)).toBe(said(renderView(busy, 1_000)));
  });

  it("goes on below the text, and breaks between two parts", () => {
    expect(renderView(busy, 1_000, 80).slice(0, 6)).toEqual([
      "stream    sensor-lake-dev-readings         123,456 in · 7 throttled",
      "lambda    sensor-lake-dev-process-readings 123,000 done · 456 waiting",
      "                                           1,300 batches · lag 1234 ms",
      "                                           3 filtered out · 40 errors",
      "                                           38 retried · 12 records discarded",
      "                                           2 dead letters",
    ]);
  });

  it("names the unit of each count where a producer aggregates", () => {
    const [mapping] = busy.mappings;
    const [delivery] = busy.deliveries;
    const aggregated = {
      ...busy,
      streams: busy.streams.map((stream) => ({ ...stream, name: "s", acknowledged: 1_282 })),
      mappings: [{ ...mapping, readNew: 1_282, succeeded: 1_282, userRecords: 500_000 }],
      deliveries: [{ ...delivery, readNew: 1_282, userRecords: 500_000 }],
    } as typeof busy;
    const text = renderView(aggregated, 1_000).join("\n");
    expect(text).toMatch(/^stream .* 1,282 Kinesis records in/m);
    expect(text).toMatch(/^lambda .* 1,282 Kinesis records done/m);
    expect(text).toMatch(/^delivery .* 500,000 user records in/m);
  });

  it("begins a line of its own where a terminal is narrow", () => {
    expect(renderView(busy, 1_000, 40).slice(0, 3)).toEqual([
      "stream    sensor-lake-dev-readings",
      "          123,456 in · 7 throttled",
      "lambda    sensor-lake-dev-process-readin",
    ]);
  });

  it("is a line each where nobody says how wide it may be, as in a pipe", () => {
    const [, lambda] = renderView(busy, 1_000);
    expect(lambda).toBe(
      "lambda    sensor-lake-dev-process-readings 123,000 done · 456 waiting · 1,300 batches · lag 1234 ms",
    );
  });
});

/** A terminal that keeps its lines, and knows the two controls that the view uses. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  lines: string[] = [""];

  override write(chunk: unknown): boolean {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is told by
    for (const [part, up] of String(chunk).matchAll(/\x1b\[(\d+)A|\x1b\[0J|\r|\n|[^\x1b\r\n]+/g)) {
      if (up !== undefined) this.lines.splice(Math.max(0, this.lines.length - 1 - Number(up)), 1e9, "");
      else if (part === "\n") this.lines.push("");
      else if (part === "\r") this.lines[this.lines.length - 1] = "";
      else if (!part.startsWith("\x1b")) this.lines[this.lines.length - 1] += part;
    }
    return true;
  }
}

describe("the view on a terminal", () => {
  it("stands once below the lines that were written, also after a Ctrl-C that the terminal shows", () => {
    const terminal = new Terminal();
    const screen = showLive(busy, terminal as unknown as NodeJS.WriteStream);
    terminal.write("^C");
    screen.line("draining");
    screen.stop();
    const view = renderView(busy, Date.now(), 80);
    expect(terminal.lines.slice(0, 2)).toEqual(["draining", view[0]]);
    expect(terminal.lines).toHaveLength(1 + view.length + 1);
    expect(terminal.lines.join("\n")).not.toContain("^C");
  });

  it("says how much more there is than the terminal has lines", () => {
    const terminal = new Terminal();
    terminal.rows = 5;
    const screen = showLive(busy, terminal as unknown as NodeJS.WriteStream);
    screen.stop();
    expect(terminal.lines.slice(0, -1)).toHaveLength(4);
    expect(terminal.lines.at(-2)).toMatch(/^… \d+ more lines$/);
  });
});
