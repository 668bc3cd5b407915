import { fsyncSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { disk } from "../../../local/runner/files/disk";
import { RawBuffer } from "../../../local/runner/firehose/raw-buffer";
import { temporaryFolder } from "../../support/folders";
import { objects, openSink, records, type SinkSettings, texts } from "../fixtures/sink";

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
  async function stopBeforeMove(dir: string, settings?: SinkSettings, of = ""): Promise<void> {
    const rename = vi.spyOn(disk, "renameSync").mockImplementation((from, to) => {
      if (to.includes(`/lake/lake/${of}`)) throw new Error("killed");
      renameSync(from, to);
    });
    const { sink, close, counted } = await openSink(dir, settings);
    await sink.push("shard", records("1", "2"));
    const flushed = sink.flush().catch(() => {});
    await expect.poll(() => counted.failures).toBe(1);
    await close();
    await flushed;
    rename.mockRestore();
    expect(counted.written).toBe(0);
  }

  it("completes the moves that a kill has interrupted, and each of them once", async () => {
    const dir = temporaryFolder();
    await stopBeforeMove(dir);
    expect(objects(dir)).toEqual({});
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

  it("reads again only what was lost, and nothing that an earlier buffer has brought", async () => {
    const dir = temporaryFolder();
    const { sink, close } = await openSink(dir);
    await sink.push("shard", records("0"));
    await sink.flush();
    await close();
    await stopBeforeMove(dir);
    rmSync(join(dir, "spool"), { recursive: true });
    const next = await openSink(dir);
    expect(next.sink.shard("shard")).toEqual({ after: "0" });
  });

  it("completes the moves of a buffer of which a kill has left one object in its folder", async () => {
    const dir = temporaryFolder();
    const twoObjects: SinkSettings["newBuffer"] = (path, persist) => {
      const buffer = new RawBuffer({ path, persist, gzip: false, appendDelimiter: false });
      const finish = async () => {
        writeFileSync(`${path}.errors`, "errors");
        writeFileSync(`${path}.records`, "records");
        return [
          { file: `${path}.records`, kind: "raw", records: 1 } as const,
          { file: `${path}.errors`, kind: "error", records: 1 } as const,
        ];
      };
      return Object.assign(buffer, { finish });
    };
    await stopBeforeMove(dir, { newBuffer: twoObjects }, "errors");
    expect(texts(dir)).toEqual(["records"]);
    const { sink, troubles } = await openSink(dir);
    expect(texts(dir)).toEqual(["errors", "records"]);
    expect(sink.shard("shard")).toEqual({ after: "2" });
    expect(troubles).toEqual([]);
  });

  it("has its checkpoints on the disk before its objects are in the bucket", async () => {
    const dir = temporaryFolder();
    const { sink } = await openSink(dir);
    // From the second time on, the state is written over in place.
    for (const text of ["1", "2"]) {
      await sink.push("shard", records(text));
      await sink.flush();
    }
    const steps: string[] = [];
    const rename = vi.spyOn(disk, "renameSync").mockImplementation((from, to) => {
      steps.push("move");
      renameSync(from, to);
    });
    const sync = vi.spyOn(disk, "syncSync").mockImplementation((file) => {
      steps.push("sync");
      fsyncSync(file);
    });
    onTestFinished(() => {
      rename.mockRestore();
      sync.mockRestore();
    });
    await sink.push("shard", records("3"));
    await sink.flush();
    expect(steps.slice(0, 2)).toEqual(["sync", "move"]);
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
