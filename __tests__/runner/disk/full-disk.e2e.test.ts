import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { RawBuffer } from "../../../local/runner/firehose/raw-buffer";
import { Sink } from "../../../local/runner/firehose/sink";
import type { Delivered } from "../../../local/runner/firehose/spool";
import { RunnerFolder } from "../../../local/runner/folder/runner-folder";
import { findDiscrepancies } from "../../../local/runner/reconciliation";
import { temporaryFolder } from "../../support/folders";
import { reading, recordingHandler, TestRun } from "../fixtures/harness";
import { SmallDisk } from "../fixtures/small-disk";
import { Tmpfs } from "../fixtures/tmpfs";

const disk = Tmpfs.mount(600);
afterAll(() => {
  if (disk instanceof Tmpfs) disk.unmount();
});

describe("the whole runner on a small file system", () => {
  it.skipIf(typeof disk === "string").each([
    // What is put must be stored somewhere: this is about those who read it.
    ["the streams elsewhere", "elsewhere"],
    ["the streams on it too", "here"],
  ])(
    `with %s goes on by itself at every page of room, and nothing is lost or twice${typeof disk === "string" ? ` (${disk})` : ""}`,
    async (_, streams) => {
      if (typeof disk === "string") return;
      const folder = temporaryFolder();
      const dir = join(disk.folder, streams);
      onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
      RunnerFolder.claim(dir);
      if (streams === "elsewhere") {
        mkdirSync(join(folder, "kinesis"));
        symlinkSync(join(folder, "kinesis"), join(dir, "kinesis"));
      }
      const run = await TestRun.start(
        {
          handler: recordingHandler(`
            const bad = event.Records.filter((r, index) => records[index].includes("poison"));
            console.log("a line of the log");
            return { batchItemFailures: bad.map((r) => ({ itemIdentifier: r.kinesis.sequenceNumber })) };`),
          mapping: { maximum_retry_attempts: 0 },
          fn: { timeout: 60 },
        },
        { dir },
        folder,
      );
      const sent: string[] = [];
      const rooms = [...Array(13).keys(), 16, 20, 24, 32].map((pages) => 4096 * pages);
      let refused = 0;
      /** Puts them as a producer does: what is refused is put again. */
      const put = async (lines: readonly string[]) => {
        while ((await run.put(lines, "key")).FailedRecordCount) {
          refused++;
          await sleep(20);
        }
      };
      for (const room of rooms) {
        const lines = Array.from({ length: 19 }, () =>
          reading(sent.length, { sensor_id: `s-${sent.push("")}` }),
        );
        lines.push(reading(0, { sensor_id: `s-${sent.push("")}`, humidity: "poison" }));
        disk.leave(room);
        const troubles = run.troubles.length;
        let isDone = false;
        const finished = put(lines)
          .then(() => run.finish())
          .then(() => {
            isDone = true;
          });
        while (!isDone && run.troubles.length === troubles) await sleep(5);
        disk.empty();
        await finished;
      }
      const ids = sent.map((_, index) => `s-${index + 1}`).sort();
      const idsOf = (lines: readonly string[]) => lines.map((line) => JSON.parse(line).sensor_id).sort();
      expect(idsOf(run.text("raw/").split("\n").filter(Boolean))).toEqual(ids);
      expect((await run.rows()).map(({ sensor_id }) => sensor_id).sort()).toEqual(ids);
      expect([...new Set(idsOf(run.events().flat()))]).toEqual(ids);
      expect(run.deadLetters()).toHaveLength(rooms.length);
      expect(run.delivery).toMatchObject({ delivered: ids.length, backedUp: ids.length, rejected: 0 });
      expect(findDiscrepancies(run.runner.counters)).toEqual([]);
      expect(run.delivery.writeErrors).toBeGreaterThan(0);
      expect(refused > 0).toBe(streams === "here");
      const failures = run.troubles.filter((line) => /ENOSPC|No space left/.test(line));
      expect(failures.length).toBeGreaterThan(0);
      expect(run.troubles.filter((line) => line.endsWith("that is over, it goes on")).length).toBeGreaterThan(
        0,
      );
      await run.runner.close();
    },
    120_000,
  );

  it.skipIf(typeof disk === "string")("says in one line that there is no room to start", async () => {
    if (typeof disk === "string") return;
    const dir = join(disk.folder, "other");
    for (let pages = 0; pages < 12; pages++) {
      disk.leave(4096 * pages);
      const started = TestRun.start({}, { dir, kinesisEndpoint: "http://127.0.0.1:1" });
      await expect(started).rejects.toThrow(
        /^(the folder )?\/\S+ (can't be (used|made): ENOSPC.*)$|ECONNREFUSED/,
      );
      expect(existsSync(join(dir, "runner.lock"))).toBe(false);
    }
    disk.empty();
  });
});

describe("a sink on a disk with so many bytes of room", () => {
  const records: Delivered[] = Array.from({ length: 4 }, (_, index) => {
    const record = {
      sequenceNumber: String(index),
      partitionKey: "k",
      data: Buffer.from(`line ${index}\n`),
      arrival: 0,
    };
    return { record, userRecords: [{ ...record, subSequenceNumber: 0 }] };
  });
  const content = records.map(({ record }) => record.data.toString()).join("");

  async function open(dir: string) {
    const counted = { failures: 0, written: 0 };
    const abort = new AbortController();
    const sink = await Sink.open({
      kind: "destination",
      deliveryStream: "delivery",
      destination: {
        bucket: "bucket",
        prefix: "data/",
        errorOutputPrefix: "",
        bufferSeconds: 300,
        bufferMebibytes: 5,
        compression: "UNCOMPRESSED",
        customTimeZone: "UTC",
        appendDelimiter: false,
      },
      configuration: "",
      newBuffer: (path, persist) => new RawBuffer({ path, persist, gzip: false, appendDelimiter: false }),
      spool: join(dir, "spool"),
      readingSince: () => 0,
      stateFile: join(dir, "state"),
      lake: join(dir, "lake"),
      onFailure: () => {
        counted.failures++;
      },
      onWritten: (contents) => {
        counted.written += contents.records;
      },
      abort: abort.signal,
      onTrouble: () => {},
    });
    const close = () => {
      abort.abort();
      return sink.close();
    };
    onTestFinished(() => close().catch(() => {}));
    return { sink, close, counted };
  }

  // Every byte of the records, then some of the state that names the object.
  const rooms = [
    ...Array(content.length + 2).keys(),
    ...Array.from({ length: 16 }, (_, at) => 40 + 259 * at),
  ];

  it.each([true, false])(
    "writes all of it once, whether it waits for room (%j) or is stopped",
    async (waits) => {
      const folder = temporaryFolder();
      const small = SmallDisk.with(1_000_000);
      for (const room of rooms) {
        small.room = 1_000_000;
        const dir = join(folder, String(room));
        const { sink, close, counted } = await open(dir);
        small.room = room;
        const done = sink
          .push("shard", records)
          .then(() => sink.flush())
          .catch((error: Error) => {
            if (waits) throw error;
          });
        await expect.poll(() => counted.failures, { interval: 2 }).toBeGreaterThan(0);
        expect(counted.written).toBe(0);
        if (!waits) await close();
        small.room = 1_000_000;
        await done;
        if (!waits) {
          const next = await open(dir);
          await next.sink.push("shard", records);
          await next.sink.flush();
        }
        const data = join(dir, "lake", "bucket", "data");
        const names = readdirSync(data, { recursive: true, encoding: "utf8" }).filter((name) =>
          name.includes("delivery"),
        );
        expect(names.map((name) => readFileSync(join(data, name), "utf8"))).toEqual([content]);
      }
    },
  );
});
