import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { disk } from "../../../local/runner/files/disk";
import { RawBuffer } from "../../../local/runner/firehose/raw-buffer";
import { temporaryFolder } from "../../support/folders";
import { until } from "../../support/until";
import { denied } from "../fixtures/denied";
import { objects, openSink, records, texts } from "../fixtures/sink";

const mebibyte = 1024 * 1024;
const ofBytes = (digits: string, bytes: number) => digits + "x".repeat(bytes - digits.length);

describe("a destination's buffer", () => {
  it("is written once it has reached its size, and not a byte before", async () => {
    const dir = temporaryFolder();
    const { sink } = await openSink(dir, { destination: { bufferMebibytes: 1 } });
    await sink.push("shard", records(ofBytes("1", mebibyte - 1)));
    expect(sink.counters).toMatchObject({ records: 1, bytes: mebibyte - 1, limitBytes: mebibyte });
    expect(objects(dir)).toEqual({});
    await sink.push("shard", records("2"));
    await expect.poll(() => texts(dir).map(({ length }) => length)).toEqual([mebibyte]);
    expect(sink.counters).toMatchObject({ records: 0, bytes: 0 });
  });

  it("takes the record that makes it full, and leaves the next one to the next buffer", async () => {
    const dir = temporaryFolder();
    const { sink, counted } = await openSink(dir, { destination: { bufferMebibytes: 1 } });
    await sink.push("shard", records(ofBytes("1", mebibyte - 1), ofBytes("2", 2), "3"));
    await expect.poll(() => counted.written).toBe(2);
    expect(sink.counters).toMatchObject({ records: 1, bytes: 1 });
    expect(sink.shard("shard")).toEqual({ after: "2" });
    await sink.flush();
    expect(texts(dir)).toEqual([expect.stringMatching(/^1x+2x$/), "3"]);
  });

  it("fills while the one before it is written, and has the reader wait once it is full as well", async () => {
    const dir = temporaryFolder();
    let isRefused = true;
    const { sink } = await openSink(dir, {
      destination: { bufferMebibytes: 1 },
      admitWrite: () => {
        if (isRefused) throw new Error("refused");
      },
    });
    let taken = false;
    await sink.push("shard", records(ofBytes("1", mebibyte)));
    const pushed = sink.push("shard", records(ofBytes("2", mebibyte), "3")).then(() => {
      taken = true;
    });
    await expect.poll(() => readdirSync(join(dir, "spool"))).toContain("2.records");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(taken).toBe(false);
    isRefused = false;
    await pushed;
    expect(texts(dir).map(({ length }) => length)).toEqual([mebibyte, mebibyte]);
  });

  it("tells when it can't be kept on the disk, and keeps what came meanwhile", async () => {
    const dir = temporaryFolder();
    const write = vi.spyOn(disk, "write").mockRejectedValueOnce(new Error("no space"));
    const { sink, counted, troubles } = await openSink(dir);
    await sink.push("shard", records("1"));
    write.mockRestore();
    await sink.flush();
    expect(texts(dir)).toEqual(["1"]);
    expect(counted.failures).toBe(1);
    expect(troubles).toEqual([
      "delivery: can't buffer: no space; trying again",
      "delivery: can't buffer: that is over, it goes on",
    ]);
  });

  it("keeps the records of each push that came while another was under way, in their order", async () => {
    const dir = temporaryFolder();
    const { sink } = await openSink(dir);
    await Promise.all(["1", "2", "3"].map((text) => sink.push("shard", records(text))));
    await sink.flush();
    expect(texts(dir)).toEqual(["123"]);
  });

  it("writes no object when there is nothing in it", async () => {
    const dir = temporaryFolder();
    const { sink, counted } = await openSink(dir);
    await sink.push("shard", []);
    await sink.flush();
    await sink.push("shard", records("1"));
    await Promise.all([sink.flush(), sink.flush()]);
    expect(texts(dir)).toEqual(["1"]);
    expect(counted.written).toBe(1);
  });

  it("counts for a record without user records, whose checkpoint it writes", async () => {
    const dir = temporaryFolder();
    const { sink } = await openSink(dir);
    const [first] = records("1");
    await sink.push("shard", first ? [{ ...first, userRecords: [] }] : []);
    await sink.flush();
    expect(sink.shard("shard")).toEqual({ after: "1" });
  });
});

describe("a destination's buffer, as time goes by,", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000, toFake: ["Date", "setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is written when its first record is as old as the interval says", async () => {
    const dir = temporaryFolder();
    const { sink, counted } = await openSink(dir, { destination: { bufferSeconds: 60 } });
    await sink.push("shard", records("1"));
    vi.advanceTimersByTime(30_000);
    await sink.push("shard", records("2"));
    expect(sink.counters).toMatchObject({ limitMilliseconds: 60_000, since: 1_000_000 });
    vi.advanceTimersByTime(29_999);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);
    await until(() => counted.written === 2);
    expect(sink.counters).toMatchObject({ since: undefined, undeliveredSince: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("waits its whole interval after the one before was written for its size", async () => {
    const dir = temporaryFolder();
    const { sink, counted } = await openSink(dir, { destination: { bufferSeconds: 60, bufferMebibytes: 1 } });
    await sink.push("shard", records("1"));
    vi.advanceTimersByTime(50_000);
    await sink.push("shard", records(ofBytes("2", mebibyte), "3"));
    await until(() => counted.written === 2);
    expect(sink.counters.since).toBe(1_050_000);
    vi.advanceTimersByTime(59_999);
    await sink.push("shard", []);
    expect(counted.written).toBe(2);
    vi.advanceTimersByTime(1);
    await until(() => counted.written === 3);
  });

  it("tells since when its oldest record waits, also while that can't be written", async () => {
    const dir = temporaryFolder();
    const told: unknown[] = [];
    let isRefused = true;
    const { sink, counted } = await openSink(dir, {
      admitWrite: () => {
        if (isRefused) throw new Error("refused");
      },
      onWritten: (_, written, since) => told.push([written.map(({ object }) => object.kind), since]),
    });
    await sink.push("shard", records("1"));
    vi.advanceTimersByTime(10_000);
    const flushed = sink.flush();
    await until(() => counted.failures === 1);
    await sink.push("shard", records("2"));
    expect(sink.counters).toMatchObject({ since: 1_010_000, undeliveredSince: 1_000_000 });
    isRefused = false;
    vi.advanceTimersByTime(100);
    await flushed;
    expect(sink.counters).toMatchObject({ since: 1_010_000, undeliveredSince: 1_010_000 });
    expect(told).toEqual([[["raw"], 1_000_000]]);
  });

  it("is written no more once the destination is closed", async () => {
    const dir = temporaryFolder();
    const { sink, close } = await openSink(dir);
    await sink.push("shard", records("1"));
    await close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a destination that may not write", () => {
  it("says so once for each reason, and is asked anew for the keys it writes", async () => {
    const dir = temporaryFolder();
    const asked: (readonly string[])[] = [];
    const refusals = [denied("no statement"), denied("no statement"), denied("a Deny"), new Error("full")];
    const { sink, counted, errors } = await openSink(dir, {
      authorize: (keys) => {
        asked.push(keys);
        const refusal = refusals.shift();
        if (refusal) throw refusal;
      },
    });
    await sink.push("shard", records("1"));
    await sink.flush();
    expect(errors.map(({ message }) => message)).toEqual([
      "Access was denied. no statement",
      "Access was denied. a Deny",
    ]);
    expect(counted.failures).toBe(4);
    const [key] = Object.keys(objects(dir));
    expect(asked.slice(4)).toEqual([[], [key?.replace("lake/", "")]]);
  });

  it("goes on by itself though nobody is told of it", async () => {
    const dir = temporaryFolder();
    const refusals = [denied("no statement")];
    const nobody = { onError: undefined, onFailure: undefined, onWritten: undefined } as object;
    const { sink } = await openSink(dir, {
      ...nobody,
      admitWrite: () => {
        const refusal = refusals.shift();
        if (refusal) throw refusal;
      },
    });
    await sink.push("shard", records("1"));
    await sink.flush();
    expect(texts(dir)).toEqual(["1"]);
  });

  it("has nothing written and no checkpoint when its keys are refused", async () => {
    const dir = temporaryFolder();
    const { sink, counted, troubles } = await openSink(dir, {
      authorize: (keys) => {
        if (keys.length > 0) throw denied("not this key");
      },
    });
    await sink.push("shard", records("1"));
    sink.flush().catch(() => {});
    await expect.poll(() => counted.failures).toBeGreaterThan(0);
    expect(objects(dir)).toEqual({});
    expect(sink.shard("shard")).toBeUndefined();
    expect(troubles).toEqual(["delivery: can't write to lake: not this key; trying again"]);
  });
});

describe("a destination that begins", () => {
  it("starts at the time at which reading began, and keeps it", async () => {
    const dir = temporaryFolder();
    const asked: (number | undefined)[] = [];
    const readingSince = (saved?: number) => {
      asked.push(saved);
      return saved ?? 7;
    };
    const first = await openSink(dir, { readingSince });
    expect(first.sink.since).toBe(7);
    expect(asked).toEqual([undefined]);
    await first.close();
    const { sink } = await openSink(dir, { readingSince });
    expect(sink.since).toBe(7);
    expect(asked).toEqual([undefined, 7]);
  });

  it("forgets the checkpoints of a stream that was made anew", async () => {
    const dir = temporaryFolder();
    const first = await openSink(dir, { readingSince: () => 7 });
    await first.sink.push("shard", records("1"));
    await first.sink.flush();
    await first.close();
    const { sink } = await openSink(dir, { readingSince: () => 7, streamIsNew: true });
    expect(sink.shard("shard")).toBeUndefined();
    expect(sink.since).toBe(0);
  });

  it("empties the folder of buffers, of whatever is in it", async () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, "spool", "folder"), { recursive: true });
    writeFileSync(join(dir, "spool", "folder", "file"), "");
    await openSink(dir);
    expect(readdirSync(join(dir, "spool"))).toEqual([]);
  });

  it("keeps that a shard is finished, and up to where it was written", async () => {
    const dir = temporaryFolder();
    const { sink, close } = await openSink(dir);
    await sink.push("shard", records("1"));
    await sink.flush();
    sink.finishShard("shard");
    sink.finishShard("other");
    await close();
    const next = await openSink(dir);
    expect(next.sink.shard("shard")).toEqual({ after: "1", finished: true });
    expect(next.sink.shard("other")).toEqual({ finished: true });
  });
});

describe("a destination that sends records elsewhere", () => {
  it("stores nothing of them, and tells of them without a key", async () => {
    const dir = temporaryFolder();
    const told: unknown[] = [];
    const { sink } = await openSink(dir, {
      newBuffer: (path, persist) => {
        const buffer = new RawBuffer({ path, persist, gzip: false, appendDelimiter: false });
        const finish = async () => [{ file: "", kind: "sent", records: 1 } as const];
        return Object.assign(buffer, { finish });
      },
      onWritten: (_, written) => told.push(...written),
    });
    await sink.push("shard", records("1"));
    await sink.flush();
    expect(existsSync(join(dir, "lake"))).toBe(false);
    expect(told).toEqual([{ object: { file: "", kind: "sent", records: 1 }, key: "" }]);
    expect(sink.shard("shard")).toEqual({ after: "1" });
  });
});
