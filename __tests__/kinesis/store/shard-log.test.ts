import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../local/kinesis/index";
import { type Disk, OpenFiles, realDisk } from "../../../local/kinesis/store/disk";
import { eachRecord, encodeFrames } from "../../../local/kinesis/store/frame";
import { type LogContext, ShardLog } from "../../../local/kinesis/store/shard-log";
import { temporaryFolder } from "../../support/folders";

interface Opened {
  readonly log: ShardLog;
  readonly clock: VirtualClock;
  readonly troubles: string[];
}

function open(folder: string, options: Partial<LogContext> = {}, isNew = true): Opened {
  const troubles: string[] = [];
  const clock = new VirtualClock();
  const disk = options.disk ?? realDisk;
  const context: LogContext = {
    disk,
    files: new OpenFiles(disk),
    clock,
    durable: false,
    segmentBytes: 64 * 1024,
    onTrouble: (message) => troubles.push(message),
    ...options,
  };
  const log = ShardLog.open(folder, "stream/0", context, isNew);
  return { log, clock: (options.clock as VirtualClock) ?? clock, troubles };
}

const records = (texts: readonly string[]) =>
  texts.map((text) => ({ PartitionKey: `key ${text.slice(0, 9)}`, Data: Buffer.from(text) }));

async function texts(
  log: ShardLog,
  from = 1,
  limits: { records?: number; bytes?: number; notBefore?: number } = {},
) {
  const found: string[] = [];
  let next = from;
  for (;;) {
    const read = await log.read({ from: next, records: 1000, bytes: 1e9, notBefore: 0, ...limits });
    for (const slice of read.slices)
      eachRecord(slice, (_key, start, end) => found.push(slice.bytes.toString("utf8", start, end)));
    if (read.next === next || Object.keys(limits).length > 0) return found;
    next = read.next;
  }
}

const logFiles = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".log"))
    .sort();
const onlyFile = (folder: string) => join(folder, logFiles(folder)[0] ?? "");

describe("a shard's log", () => {
  it("numbers records from 1 on and gives them back in order", async () => {
    const { log } = open(temporaryFolder());
    expect(await log.append(records(["a", "b"]), false)).toMatchObject({ first: 1 });
    expect(await log.append(records(["c"]), false)).toMatchObject({ first: 3 });
    expect(await texts(log)).toEqual(["a", "b", "c"]);
    expect(await texts(log, 2)).toEqual(["b", "c"]);
    expect(log.next).toBe(4);
  });

  it("writes calls that come at once together, in their order", async () => {
    let writes = 0;
    const disk: Disk = {
      ...realDisk,
      write: (...args) => {
        writes++;
        return realDisk.write(...args);
      },
    };
    const { log } = open(temporaryFolder(), { disk });
    const all = await Promise.all(["a", "b", "c"].map((text) => log.append(records([text]), false)));
    expect(all.map(({ first }) => first)).toEqual([1, 2, 3]);
    expect(writes).toBe(1);
    expect(await texts(log)).toEqual(["a", "b", "c"]);
  });

  it("has everything after it was closed and opened, and numbers on", async () => {
    const folder = temporaryFolder();
    const first = open(folder);
    const many = Array.from({ length: 2_000 }, (_, i) => `record ${i} ${"x".repeat(100)}`);
    for (let i = 0; i < many.length; i += 100) await first.log.append(records(many.slice(i, i + 100)), false);
    await first.log.close();
    expect(logFiles(folder).length).toBeGreaterThan(3);
    const { log, troubles } = open(folder);
    expect(await texts(log)).toEqual(many);
    expect(await log.append(records(["next"]), false)).toMatchObject({ first: 2_001 });
    expect(troubles).toEqual([]);
  });

  it("stops at as many records or bytes as were asked for, but gives one that is larger", async () => {
    const { log } = open(temporaryFolder());
    await log.append(records(["a", "b", "c"]), false);
    await log.append(records(["d"]), false);
    expect(await texts(log, 1, { records: 2 })).toEqual(["a", "b"]);
    expect(await texts(log, 2, { records: 3 })).toEqual(["b", "c", "d"]);
    expect(await texts(log, 1, { bytes: 12 })).toEqual(["a", "b"]);
    expect(await texts(log, 1, { bytes: 1 })).toEqual(["a"]);
  });

  it("holds a record of ten megabytes beside a small one", async () => {
    const folder = temporaryFolder();
    const { log } = open(folder);
    const large = "y".repeat(10 * 1024 * 1024);
    await log.append(records(["a", large, "b"]), false);
    expect(await texts(log)).toEqual(["a", large, "b"]);
    const again = open(folder);
    expect(await texts(again.log)).toEqual(["a", large, "b"]);
  });

  it("makes no record older than the one before, though the clock is set back", async () => {
    const { log, clock } = open(temporaryFolder());
    const first = await log.append(records(["a"]), false);
    clock.set(clock.now() - 60_000);
    const second = await log.append(records(["b"]), false);
    expect(second.arrival).toBe(first.arrival);
  });

  it("finds the first record since a time", async () => {
    const { log, clock } = open(temporaryFolder());
    const start = clock.now();
    for (let i = 0; i < 50; i++) {
      await log.append(records([`a${i} ${"x".repeat(5_000)}`]), false);
      await clock.advance(1_000);
    }
    expect(await log.firstSince(start)).toBe(1);
    expect(await log.firstSince(start + 1)).toBe(2);
    expect(await log.firstSince(start + 30_000)).toBe(31);
    expect(await log.firstSince(start + 49_000)).toBe(50);
    expect(await log.firstSince(start + 49_001)).toBe(51);
  });

  it("deletes the segments in which all is too old, and numbers on when that is everything", async () => {
    const folder = temporaryFolder();
    const { log, clock } = open(folder);
    for (let i = 0; i < 40; i++) {
      await log.append(records([`a${i} ${"x".repeat(5_000)}`]), false);
      await clock.advance(1_000);
    }
    const before = logFiles(folder).length;
    log.trim(clock.now() - 10_000);
    expect(logFiles(folder).length).toBeLessThan(before);
    expect(await texts(log, 1, { notBefore: clock.now() - 10_000 })).toHaveLength(10);
    log.trim(clock.now());
    expect(logFiles(folder)).toHaveLength(1);
    expect(await texts(log)).toEqual([]);
    await log.close();
    const again = open(folder);
    expect(await again.log.append(records(["next"]), false)).toMatchObject({ first: 41 });
    expect(await texts(again.log)).toEqual(["next"]);
  });
});

describe("after the process was killed", () => {
  it("has every whole frame before any cut, cuts off the rest, and numbers on", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 20 }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.nat(),
        fc.boolean(),
        async (calls, where, closed) => {
          const folder = temporaryFolder();
          const first = open(folder);
          const ends: { bytes: number; records: number }[] = [];
          let count = 0;
          for (const call of calls) {
            await first.log.append(records(call), false);
            count += call.length;
            ends.push({ bytes: statSync(onlyFile(folder)).size, records: count });
          }
          if (closed) await first.log.close();
          const size = statSync(onlyFile(folder)).size;
          const cut = where % (size + 1);
          truncateSync(onlyFile(folder), cut);
          const complete = ends.filter(({ bytes }) => bytes <= cut).at(-1)?.records ?? 0;
          const { log, troubles } = open(folder);
          expect(await texts(log)).toEqual(calls.flat().slice(0, complete));
          expect((await log.append(records(["next"]), false)).first).toBeGreaterThan(complete);
          expect(await texts(log)).toEqual([...calls.flat().slice(0, complete), "next"]);
          const whole = cut === 0 || ends.some(({ bytes }) => bytes === cut);
          expect(troubles).toHaveLength(whole ? 0 : 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("takes no frame that lies within a record for one of its own", async () => {
    const folder = temporaryFolder();
    const first = open(folder);
    await first.log.append(records(["a"]), false);
    const { bytes } = encodeFrames(records(["smuggled"]), 2, 0, false, 0);
    await first.log.append([{ PartitionKey: "k", Data: Buffer.concat([bytes, Buffer.alloc(100)]) }], false);
    truncateSync(onlyFile(folder), statSync(onlyFile(folder)).size - 10);
    const { log } = open(folder);
    expect(await texts(log)).toEqual(["a"]);
  });

  it("cuts off what a power failure left: zeros behind the last whole frame", async () => {
    const folder = temporaryFolder();
    const first = open(folder);
    await first.log.append(records(["a", "b"]), false);
    appendFileSync(onlyFile(folder), Buffer.alloc(8_192));
    const { log, troubles } = open(folder);
    expect(await texts(log)).toEqual(["a", "b"]);
    expect(troubles).toHaveLength(1);
  });

  it("opens without the index beside a segment, and with one that is damaged", async () => {
    for (const harm of ["remove", "damage"]) {
      const folder = temporaryFolder();
      const first = open(folder);
      const many = Array.from({ length: 600 }, (_, i) => `record ${i} ${"x".repeat(300)}`);
      for (let i = 0; i < many.length; i += 100)
        await first.log.append(records(many.slice(i, i + 100)), false);
      await first.log.close();
      for (const name of readdirSync(folder).filter((file) => file.endsWith(".index")))
        if (harm === "remove") rmSync(join(folder, name));
        else writeFileSync(join(folder, name), Buffer.alloc(80, 7));
      const { log, troubles } = open(folder);
      expect(await texts(log)).toEqual(many);
      expect(troubles).toEqual([]);
    }
  });
});

describe("a damaged segment", () => {
  it("is said with its place, its damaged frame is not served, and the rest is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (where, change, whileOpen) => {
          const folder = temporaryFolder();
          const first = open(folder);
          const calls = Array.from({ length: 20 }, (_, i) => [
            `first of ${i} ${"x".repeat(i * 50)}`,
            `second of ${i}`,
          ]);
          const ends: number[] = [];
          for (const call of calls) {
            await first.log.append(records(call), false);
            ends.push(statSync(onlyFile(folder)).size);
          }
          const path = onlyFile(folder);
          const bytes = readFileSync(path);
          // In the last frame it would look like an unfinished write.
          const place = where % (ends.at(-2) ?? 0);
          bytes[place] = (bytes[place] ?? 0) ^ change;
          writeFileSync(path, bytes);
          const hit = ends.findIndex((end) => place < end);
          const { log, troubles } = whileOpen ? first : open(folder);
          const found = await texts(log);
          const expected = calls.flatMap((call, i) => (i === hit ? [] : call));
          expect(found).toEqual(expected);
          expect(troubles).toHaveLength(1);
          expect(troubles[0]).toContain(`is damaged at byte ${hit === 0 ? 0 : ends[hit - 1]}`);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a disk that fails", () => {
  const full = () => Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });

  it("that writes short is written to again until all is there", async () => {
    const disk: Disk = {
      ...realDisk,
      write: (file, bytes, from, length, position) =>
        realDisk.write(file, bytes, from, Math.min(length, 7), position),
      read: (file, into, from, length, position) =>
        realDisk.read(file, into, from, Math.min(length, 13), position),
    };
    const { log } = open(temporaryFolder(), { disk });
    await log.append(records(["one", "two", "three"]), false);
    expect(await texts(log)).toEqual(["one", "two", "three"]);
  });

  it("that is full refuses the put, keeps what is there, and goes on when there is room again", async () => {
    const folder = temporaryFolder();
    let room = true;
    const disk: Disk = {
      ...realDisk,
      write: async (file, bytes, from, length, position) => {
        if (room) return realDisk.write(file, bytes, from, length, position);
        // Half of it is written, then there is no room.
        if (from === 0) return realDisk.write(file, bytes, 0, Math.ceil(length / 2), position);
        throw full();
      },
    };
    const { log } = open(folder, { disk });
    await log.append(records(["kept"]), false);
    room = false;
    await expect(log.append(records(["refused", "refused too"]), false)).rejects.toThrow("ENOSPC");
    expect(await texts(log)).toEqual(["kept"]);
    expect(await texts(open(folder).log)).toEqual(["kept"]);
    room = true;
    expect(await log.append(records(["next"]), false)).toMatchObject({ first: 2 });
    expect(await texts(log)).toEqual(["kept", "next"]);
    expect(await texts(open(folder).log)).toEqual(["kept", "next"]);
  });

  it("that can't sync refuses the put when it was to be durable", async () => {
    const folder = temporaryFolder();
    let synced = 0;
    let fails = false;
    const disk: Disk = {
      ...realDisk,
      sync: async (file) => {
        synced++;
        if (fails) throw new Error("EIO");
        await realDisk.sync(file);
      },
    };
    const { log } = open(folder, { disk, durable: true });
    await log.append(records(["kept"]), false);
    expect(synced).toBe(1);
    fails = true;
    await expect(log.append(records(["refused"]), false)).rejects.toThrow("EIO");
    expect(await texts(log)).toEqual(["kept"]);
  });

  it("that has lost the end of the log gives none of its numbers again", async () => {
    const folder = temporaryFolder();
    const first = open(folder);
    await first.log.append(records(["kept"]), false);
    const { size } = statSync(onlyFile(folder));
    const { first: lost } = await first.log.append(records(["lost", "lost too"]), false);
    truncateSync(onlyFile(folder), size);
    const { log, troubles } = open(folder);
    expect((await log.append(records(["next"]), false)).first).toBeGreaterThan(lost + 1);
    expect(await texts(log)).toEqual(["kept", "next"]);
    expect(troubles).toEqual([]);
  });

  it("that was closed, went on and has lost the end gives none of its numbers again", async () => {
    const folder = temporaryFolder();
    const first = open(folder);
    await first.log.append(records(["kept"]), false);
    await first.log.close();
    const { size } = statSync(onlyFile(folder));
    const second = open(folder);
    const { first: lost } = await second.log.append(records(["lost"]), false);
    expect(lost).toBe(2);
    truncateSync(onlyFile(folder), size);
    const { log } = open(folder);
    expect((await log.append(records(["next"]), false)).first).toBeGreaterThan(lost);
  });

  it("that has lost all of the log says so, and gives none of its numbers again", async () => {
    const folder = temporaryFolder();
    const first = open(folder);
    const { first: lost } = await first.log.append(records(["lost"]), false);
    rmSync(folder, { recursive: true });
    const { log, troubles } = open(folder, {}, false);
    expect((await log.append(records(["next"]), false)).first).toBeGreaterThan(lost);
    expect(await texts(log)).toEqual(["next"]);
    expect(troubles).toEqual([expect.stringContaining("holds no records: they were deleted")]);
  });

  it("whose folder is deleted takes nothing more", async () => {
    const folder = temporaryFolder();
    const { log } = open(folder);
    await log.append(records(["kept"]), false);
    rmSync(folder, { recursive: true });
    await expect(log.append(records(["refused"]), false)).rejects.toThrow("was deleted");
  });

  it("that can't keep an index takes records all the same", async () => {
    const folder = temporaryFolder();
    const disk: Disk = {
      ...realDisk,
      replaceFile: () => {
        throw full();
      },
    };
    const { log } = open(folder, { disk, segmentBytes: 100 });
    for (const text of ["a".repeat(90), "b".repeat(90), "c".repeat(90)])
      await log.append(records([text]), false);
    await log.close();
    expect((await texts(open(folder).log)).map(([letter]) => letter)).toEqual(["a", "b", "c"]);
  });
});
