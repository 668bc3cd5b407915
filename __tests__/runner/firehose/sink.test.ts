import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { disk } from "../../../local/runner/files/disk";
import { RawBuffer } from "../../../local/runner/firehose/raw-buffer";
import { Sink } from "../../../local/runner/firehose/sink";
import type { Delivered } from "../../../local/runner/firehose/spool";
import { temporaryFolder } from "../../support/folders";

interface SinkSettings {
  readonly configuration?: string;
  readonly admitWrite?: () => void;
}

async function openSink(dir: string, settings: SinkSettings = {}) {
  const counted = { failures: 0, written: 0 };
  const troubles: string[] = [];
  const abort = new AbortController();
  const sink = await Sink.open({
    kind: "destination",
    deliveryStream: "delivery",
    destination: {
      bucket: "lake",
      prefix: "data/!{timestamp:yyyy}/",
      errorOutputPrefix: "errors/",
      bufferSeconds: 300,
      bufferMebibytes: 5,
      compression: "UNCOMPRESSED",
      customTimeZone: "UTC",
      appendDelimiter: false,
    },
    configuration: settings.configuration ?? "same",
    newBuffer: (path, persist) => new RawBuffer({ path, persist, gzip: false, appendDelimiter: false }),
    spool: join(dir, "spool"),
    readingSince: (saved) => saved ?? 0,
    stateFile: join(dir, "state"),
    lake: join(dir, "lake"),
    onFailure: () => {
      counted.failures++;
    },
    onWritten: (contents) => {
      counted.written += contents.records;
    },
    ...(settings.admitWrite && { admitWrite: settings.admitWrite }),
    abort: abort.signal,
    onTrouble: (message) => troubles.push(message),
  });
  const close = () => {
    abort.abort();
    return sink.close();
  };
  onTestFinished(() => close().catch(() => {}));
  return { sink, close, counted, troubles };
}

const arrival = Date.UTC(2024, 0, 15, 10, 30);
function records(...texts: string[]): Delivered[] {
  return texts.map((text) => {
    const record = {
      sequenceNumber: text.replace(/\D/g, "") || "0",
      partitionKey: "k",
      data: Buffer.from(text),
      arrival,
    };
    return { record, userRecords: [{ ...record, subSequenceNumber: 0 }] };
  });
}

function objects(dir: string): Record<string, string> {
  const folder = join(dir, "lake");
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return Object.fromEntries(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [path.slice(folder.length + 1), readFileSync(path, "utf8")];
    }),
  );
}
const texts = (dir: string) => Object.values(objects(dir)).sort();

describe("a destination of a delivery stream", () => {
  it("skips what it has already written", async () => {
    const dir = temporaryFolder();
    const { sink } = await openSink(dir);
    await sink.push("shard", records("1", "2"));
    await sink.flush();
    await sink.push("shard", records("1", "2", "3"));
    await sink.flush();
    expect(texts(dir)).toEqual(["12", "3"]);
  });

  it("drops an unfinished buffer when it is closed, and reads it again in the next run", async () => {
    const dir = temporaryFolder();
    const { sink, close } = await openSink(dir);
    await sink.push("shard", records("1"));
    await close();
    const next = await openSink(dir);
    expect(next.sink.shard("shard")).toBeUndefined();
    expect(texts(dir)).toEqual([]);
    expect(readdirSync(join(dir, "spool"))).toEqual([]);
  });

  /** Writes 1 and 2, and stops as a kill does between the state and the move. */
  async function stopBeforeMove(dir: string): Promise<void> {
    const rename = vi.spyOn(disk, "renameSync").mockImplementation((from, to) => {
      if (to.includes("/lake/")) throw new Error("killed");
      renameSync(from, to);
    });
    const { sink, close, counted } = await openSink(dir);
    await sink.push("shard", records("1", "2"));
    const flushed = sink.flush().catch(() => {});
    await expect.poll(() => counted.failures).toBe(1);
    await close();
    await flushed;
    rename.mockRestore();
    expect(objects(dir)).toEqual({});
    expect(counted.written).toBe(0);
  }

  it("completes the moves that a kill has interrupted, and each of them once", async () => {
    const dir = temporaryFolder();
    await stopBeforeMove(dir);
    const second = await openSink(dir);
    expect(texts(dir)).toEqual(["12"]);
    await second.sink.push("shard", records("1", "2"));
    await second.close();
    expect(texts(dir)).toEqual(["12"]);
    // As a kill before the state of the next buffer, of the same name, leaves it.
    writeFileSync(join(dir, "spool", "1.records"), "other");
    await openSink(dir);
    expect(texts(dir)).toEqual(["12"]);
  });

  it("reads again what was deleted between the state and the move", async () => {
    const dir = temporaryFolder();
    await stopBeforeMove(dir);
    rmSync(join(dir, "spool"), { recursive: true });
    const { sink, troubles } = await openSink(dir);
    expect(sink.shard("shard")).toBeUndefined();
    expect(troubles).toEqual([expect.stringContaining("their records are read again")]);
    await sink.push("shard", records("1", "2"));
    await sink.flush();
    expect(texts(dir)).toEqual(["12"]);
  });

  it("does not bring back objects that someone has deleted from the lake", async () => {
    const dir = temporaryFolder();
    const first = await openSink(dir);
    await first.sink.push("shard", records("1", "2"));
    await first.sink.flush();
    await first.close();
    rmSync(join(dir, "lake"), { recursive: true });
    const { sink, troubles } = await openSink(dir);
    expect(sink.shard("shard")?.after).toBe("2");
    expect(troubles).toEqual([]);
  });

  it("writes its buffer though the folder of buffers was deleted meanwhile", async () => {
    const dir = temporaryFolder();
    const { sink } = await openSink(dir);
    await sink.push("shard", records("1", "2"));
    rmSync(join(dir, "spool"), { recursive: true });
    await sink.push("shard", records("3"));
    await sink.flush();
    expect(texts(dir)).toEqual(["123"]);
  });

  it("writes into a lake on another file system", async () => {
    const rename = vi.spyOn(disk, "renameSync").mockImplementation((from, to) => {
      if (dirname(from) !== dirname(to)) throw Object.assign(new Error("EXDEV"), { code: "EXDEV" });
      renameSync(from, to);
    });
    onTestFinished(() => rename.mockRestore());
    const dir = temporaryFolder();
    const { sink } = await openSink(dir);
    await sink.push("shard", records("1", "2"));
    await sink.flush();
    expect(texts(dir)).toEqual(["12"]);
  });

  it("goes on from the state of an earlier version", async () => {
    const dir = temporaryFolder();
    const state = { version: 3, configuration: "same", since: 5, shards: { shard: { after: "2" } } };
    const moved = { from: join(dir, "spool", "1.records"), to: join(dir, "lake", "lake", "gone") };
    writeFileSync(
      join(dir, "state.0"),
      `${JSON.stringify({ serial: 4, value: { ...state, pending: [moved] } })}\n`,
    );
    const { sink, troubles } = await openSink(dir);
    expect(sink.shard("shard")).toEqual({ after: "2" });
    expect(sink.since).toBe(5);
    expect(troubles).toEqual([]);
  });

  it("tries a failed write again and holds up what follows, and drops nothing", async () => {
    const dir = temporaryFolder();
    const { sink, counted, troubles } = await openSink(dir);
    // A file where the bucket's folder should be.
    const obstacle = join(dir, "lake", "lake", "data");
    mkdirSync(dirname(obstacle), { recursive: true });
    writeFileSync(obstacle, "in the way");
    await sink.push("shard", records("1"));
    const flushed = sink.flush();
    await expect.poll(() => counted.failures).toBeGreaterThan(1);
    await sink.push("shard", records("2"));
    const later = sink.flush();
    expect(counted.written).toBe(0);
    rmSync(obstacle);
    await Promise.all([flushed, later]);
    expect(texts(dir)).toEqual(["1", "2"]);
    expect(troubles).toEqual([
      expect.stringMatching(/^delivery: can't write to lake: .*; trying again$/),
      "delivery: can't write to lake: that is over, it goes on",
    ]);
  });

  it("raises the version with each change of its configuration", async () => {
    const dir = temporaryFolder();
    for (const [index, configuration] of ["a", "a", "b", "a"].entries()) {
      const { sink, close } = await openSink(dir, { configuration });
      await sink.push("shard", records(String(index + 1)));
      await sink.flush();
      await close();
    }
    const versions = Object.keys(objects(dir)).map((key) => /delivery-(\d)-/.exec(key)?.[1]);
    expect(versions.sort()).toEqual(["1", "1", "2", "3"]);
  });
});

describe("a sink that ends while nothing can be written", () => {
  it("leaves no buffer behind, also none that waited for the one before", async () => {
    const dir = temporaryFolder();
    const { sink, close } = await openSink(dir, {
      admitWrite: () => {
        throw new Error("refused");
      },
    });
    for (const text of ["1", "2", "3"]) {
      await sink.push("shard", records(text));
      sink.flush().catch(() => {});
    }
    await sink.push("shard", records("4"));
    expect(readdirSync(join(dir, "spool")).length).toBeGreaterThan(3);
    await close();
    expect(readdirSync(join(dir, "spool"))).toEqual([]);
  });
});
