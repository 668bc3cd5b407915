import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { DeliveryOptions } from "../../../local/runner/firehose/delivery";
import { temporaryFolder } from "../../support/folders";
import { type DeliverySettings, openDelivery } from "../fixtures/delivery";
import { denied } from "../fixtures/denied";
import { MemoryStream } from "../fixtures/memory-stream";
import { s3Destination } from "../fixtures/s3-destination";
import { objects, textsBelow } from "../fixtures/sink";

/** Refuses to write below a prefix. */
const refuses =
  (prefix: string): DeliveryOptions["authorize"] =>
  (...calls) => {
    if (calls.some(({ resource }) => resource.includes(`lake/${prefix}`))) throw denied(`no ${prefix}`);
  };

/** A folder in which a run has written to `data/`, but could not to `raw/`. */
async function withoutBackup(stream: MemoryStream, settings?: DeliverySettings) {
  const dir = temporaryFolder();
  const { delivery, counters, close } = await openDelivery(dir, stream, {
    ...settings,
    options: { ...settings?.options, authorize: refuses("raw/") },
  });
  await delivery.start();
  await delivery.drain();
  delivery.flush().catch(() => {});
  await expect.poll(() => counters.rawObjects).toBe(1);
  await close();
  expect(textsBelow(dir, "raw/")).toEqual([]);
  return dir;
}

describe("a delivery stream", () => {
  it("writes every record to its destination and to its backup, and counts and records both", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const before = Date.now();
    const { delivery, counters, deliver, entries } = await openDelivery(dir, stream);
    stream.put("a", "b");
    await delivery.start();
    await deliver();
    expect(textsBelow(dir, "data/")).toEqual(["ab"]);
    expect(textsBelow(dir, "raw/")).toEqual(["ab"]);
    expect(delivery).toMatchObject({ name: "delivery", streamName: "readings" });
    expect(counters).toMatchObject({
      readNew: 2,
      readOld: 0,
      userRecords: 2,
      delivered: 2,
      backedUp: 2,
      rejected: 0,
      extracted: 0,
      dropped: 0,
      rawObjects: 2,
      parquetObjects: 0,
      errorObjects: 0,
      writeErrors: 0,
    });
    const key = (prefix: string) =>
      Object.keys(objects(dir))
        .find((path) => path.startsWith(`lake/${prefix}`))
        ?.replace("lake/", "");
    const entry = (sink: string, prefix: string) => ({
      kind: "objects",
      time: expect.toSatisfy((time: number) => time >= before),
      since: expect.toSatisfy((time: number) => time >= before),
      delivery: "delivery",
      sink,
      bucket: "lake",
      spans: [{ stream: "readings", shard: "shard-0", first: "1", last: "2" }],
      records: 2,
      objects: [{ key: key(prefix), kind: "raw", records: 2 }],
    });
    expect(entries).toHaveLength(2);
    expect(entries).toEqual(expect.arrayContaining([entry("destination", "data/"), entry("backup", "raw/")]));
  });

  it("needs no backup", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const settings = { delivery: { backup: undefined } as object, options: { journal: undefined } };
    const { delivery, counters, deliver } = await openDelivery(dir, stream, settings);
    stream.put("a");
    await delivery.start();
    await deliver();
    expect(Object.values(objects(dir))).toEqual(["a"]);
    expect(counters).toMatchObject({ delivered: 1, backedUp: 0 });
  });

  it("reads on where the one that is behind needs it, and gives the other nothing twice", async () => {
    const stream = new MemoryStream();
    stream.put("a", "b");
    const dir = await withoutBackup(stream);
    const { delivery, counters, deliver } = await openDelivery(dir, stream);
    stream.put("c");
    await delivery.start();
    await deliver();
    expect(textsBelow(dir, "data/")).toEqual(["ab", "c"]);
    expect(textsBelow(dir, "raw/")).toEqual(["abc"]);
    expect(counters).toMatchObject({ readOld: 0, readNew: 1, userRecords: 1, delivered: 1, backedUp: 3 });
  });

  it("reads nothing again that both have", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const first = await openDelivery(dir, stream);
    stream.put("a");
    await first.delivery.start();
    await first.deliver();
    await first.close();
    stream.reads.length = 0;
    const { delivery, counters, deliver } = await openDelivery(dir, stream);
    await delivery.start();
    await deliver();
    expect(counters).toMatchObject({ readOld: 0, readNew: 0, delivered: 0 });
    expect(new Set(stream.reads)).toEqual(new Set(["shard-0/1"]));
    expect(textsBelow(dir, "data/")).toEqual(["a"]);
  });

  it("begins with what came since the earlier of its two began to read", async () => {
    const asked: string[] = [];
    const at = Date.now();
    const stream = new MemoryStream();
    stream.putTo("shard-0", at - 3_000, "old");
    stream.putTo("shard-0", at - 2_000, "new");
    const dir = temporaryFolder();
    const { delivery, deliver } = await openDelivery(dir, stream, {
      options: {
        readingSince: (consumer) => {
          asked.push(consumer);
          return consumer.endsWith("backup") ? at - 2_000 : at - 1_000;
        },
      },
    });
    await delivery.start();
    await deliver();
    expect(asked).toEqual(["delivery.destination", "delivery.backup"]);
    expect(textsBelow(dir, "raw/")).toEqual(["new"]);
  });

  it("keeps its buffers and checkpoints in folders of its own", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const { delivery } = await openDelivery(dir, stream);
    stream.put("a");
    await delivery.start();
    await delivery.drain();
    const states = readdirSync(join(dir, "checkpoints")).map((name) => name.replace(/\.\d$/, ""));
    expect(new Set(states)).toEqual(new Set(["delivery.destination.json", "delivery.backup.json"]));
    for (const kind of ["destination", "backup"])
      expect(readdirSync(join(dir, "spool", "delivery", kind))).toEqual(["1.records"]);
  });

  it("has emptied its buffers when it is closed, and reads no more", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const { delivery, close, counters, lost } = await openDelivery(dir, stream);
    stream.put("a");
    await delivery.start();
    await delivery.drain();
    await close();
    expect(readdirSync(join(dir, "spool", "delivery", "backup"))).toEqual([]);
    stream.put("b");
    await turn();
    expect(counters.readNew).toBe(1);
    expect(lost).toEqual([]);
  });

  it("tells of a record whether it waits and since when, and whether it is written", async () => {
    const stream = new MemoryStream();
    stream.put("a");
    const dir = await withoutBackup(stream);
    const before = Date.now();
    const { delivery, deliver } = await openDelivery(dir, stream);
    await delivery.start();
    await delivery.drain();
    expect(delivery.isDone("destination", "shard-0", "1")).toBe(true);
    expect(delivery.isDone("destination", "shard-0", "2")).toBe(false);
    expect(delivery.isDone("backup", "shard-0", "1")).toBe(false);
    expect(delivery.isDone("backup", "shard-1", "1")).toBe(false);
    expect(delivery.waitsSince("backup", "shard-0", "1")).toBeGreaterThanOrEqual(before);
    expect(delivery.waitsSince("backup", "shard-0", "2")).toBeUndefined();
    expect(delivery.waitsSince("backup", "shard-1", "1")).toBeUndefined();
    expect(delivery.waitsSince("destination", "shard-0", "1")).toBeUndefined();
    await deliver();
    expect(delivery.isDone("backup", "shard-0", "1")).toBe(true);
    expect(delivery.waitsSince("backup", "shard-0", "1")).toBeUndefined();
  });

  it("knows of no backup's records where there is none", async () => {
    const { delivery } = await openDelivery(temporaryFolder(), new MemoryStream(), {
      delivery: { backup: undefined } as object,
    });
    expect(delivery.isDone("backup", "shard-0", "1")).toBe(false);
    expect(delivery.waitsSince("backup", "shard-0", "1")).toBeUndefined();
  });

  it("tells how far behind its stream it is, and nothing of that without a stream", async () => {
    const behind = async (settings: object) => {
      const stream = new MemoryStream();
      const { delivery, counters } = await openDelivery(temporaryFolder(), stream, { delivery: settings });
      stream.putTo("shard-0", Date.now() - 90_000, "a");
      stream.putTo("shard-0", Date.now() - 80_000, "b");
      stream.putTo("shard-0", Date.now() - 60_000, "c");
      await delivery.start();
      await delivery.drain();
      return counters.behindMilliseconds;
    };
    const milliseconds = await behind({});
    expect(milliseconds).toBeGreaterThanOrEqual(60_000);
    expect(milliseconds).toBeLessThan(70_000);
    expect(await behind({ sourceStreamArn: undefined })).toBeUndefined();
  });

  it("writes what is left of a shard at its end, and finishes it in both", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const first = await openDelivery(dir, stream);
    stream.put("parent");
    stream.addShard("shard-1", "shard-0");
    stream.putTo("shard-1", Date.now(), "child");
    await first.delivery.start();
    await first.delivery.drain();
    stream.closeShard("shard-0");
    await expect.poll(() => first.counters.readNew).toBe(2);
    expect(textsBelow(dir, "data/")).toEqual(["parent"]);
    expect(first.delivery.isDone("destination", "shard-0", "99")).toBe(true);
    expect(first.delivery.isDone("backup", "shard-0", "99")).toBe(true);
    expect(first.delivery.isDone("backup", "shard-1", "2")).toBe(false);
    await first.close();
    stream.reads.length = 0;
    const { delivery, counters, deliver } = await openDelivery(dir, stream);
    await delivery.start();
    await deliver();
    expect(counters.readNew + counters.readOld).toBe(1);
    expect(stream.reads.filter((place) => place.startsWith("shard-0"))).toEqual([]);
    expect(textsBelow(dir, "data/")).toEqual(["child", "parent"]);
  });

  it("gives a backup that is added later what the stream still has", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const first = await openDelivery(dir, stream, { delivery: { backup: undefined } as object });
    stream.put("a");
    stream.closeShard("shard-0");
    await first.delivery.start();
    await expect.poll(() => first.delivery.isDone("destination", "shard-0", "99")).toBe(true);
    await first.close();
    const { delivery, counters } = await openDelivery(dir, stream);
    await delivery.start();
    await expect.poll(() => counters.backedUp).toBe(1);
    expect(textsBelow(dir, "raw/")).toEqual(["a"]);
    expect(textsBelow(dir, "data/")).toEqual(["a"]);
  });

  it("does not finish a shard whose records it could not write", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const { delivery, close, counters } = await openDelivery(dir, stream, {
      options: { authorize: refuses("data/") },
    });
    stream.put("a");
    stream.closeShard("shard-0");
    await delivery.start();
    await expect.poll(() => counters.writeErrors).toBeGreaterThan(0);
    await close();
    expect(delivery.isDone("destination", "shard-0", "1")).toBe(false);
    expect(delivery.isDone("backup", "shard-0", "2")).toBe(false);
  });

  it("raises the version in its keys with what changes of its destination or processing, but not the backup's", async () => {
    const dir = temporaryFolder();
    const processing = { decompress: false, extractMessages: false, deaggregate: { delimiter: "," } };
    const versions: string[] = [];
    const stream = new MemoryStream();
    for (const changed of [
      {},
      { processing },
      { processing },
      { processing: { ...processing, deaggregate: { delimiter: ";" } } },
      { processing, destination: s3Destination("data/", { bufferSeconds: 60 }) },
      { backup: s3Destination("raw/", { bufferSeconds: 60 }) },
    ]) {
      const known = Object.keys(objects(dir));
      const run = await openDelivery(dir, stream, { delivery: changed });
      stream.put(`text ${versions.length}`);
      await run.delivery.start();
      await run.deliver();
      await run.close();
      const made = Object.keys(objects(dir)).filter((path) => !known.includes(path));
      versions.push(made.map((path) => /delivery-(\d)-/.exec(path)?.[1]).join());
    }
    expect(versions).toEqual(["1,1", "2,1", "2,1", "3,1", "4,1", "5,2"]);
  });
});

describe("a delivery stream that processes", () => {
  const deaggregating = {
    delivery: { processing: { decompress: false, extractMessages: false, deaggregate: { delimiter: "," } } },
  };

  it("keeps the records in its backup as they were sent", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const { delivery, counters, deliver } = await openDelivery(dir, stream, deaggregating);
    stream.put("a,b", "c");
    await delivery.start();
    await deliver();
    expect(textsBelow(dir, "data/")).toEqual(["abc"]);
    expect(textsBelow(dir, "raw/")).toEqual(["a,bc"]);
    expect(counters).toMatchObject({ extracted: 1, dropped: 0, delivered: 3, backedUp: 2 });
  });

  it("keeps in its backup what dynamic partitioning puts in many places, or in none", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const { delivery, deliver } = await openDelivery(dir, stream, {
      delivery: {
        dynamicPartitioning: true,
        processing: { decompress: false, extractMessages: false, metadataQuery: "{place: .place}" },
        destination: s3Destination("data/!{partitionKeyFromQuery:place}/"),
      },
    });
    const sent = ['{"place":"a"}', '{"place":"b"}', "no JSON"];
    stream.put(...sent);
    await delivery.start();
    await deliver();
    expect(textsBelow(dir, "data/")).toEqual(sent.slice(0, 2));
    expect(textsBelow(dir, "raw/")).toEqual([sent.join("")]);
  });

  it("does not process again what its destination has", async () => {
    const stream = new MemoryStream();
    stream.put("a,b");
    const dir = await withoutBackup(stream, deaggregating);
    const { delivery, counters, deliver } = await openDelivery(dir, stream, deaggregating);
    await delivery.start();
    await deliver();
    expect(counters.extracted).toBe(0);
    stream.put("c,d,e");
    await deliver();
    expect(counters).toMatchObject({ extracted: 2, delivered: 3, backedUp: 2 });
    expect(textsBelow(dir, "data/")).toEqual(["ab", "cde"]);
  });
});

describe("a delivery stream with a fault", () => {
  it.each(["delivery-read-denied", "key-disabled"] as const)(
    "takes no record while there is %s",
    async (fault) => {
      const stream = new MemoryStream();
      const { delivery, faults, counters, troubles } = await openDelivery(temporaryFolder(), stream);
      faults.begin(fault);
      stream.put("a");
      await delivery.start();
      await expect.poll(() => troubles).toHaveLength(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(counters.readNew).toBe(0);
      faults.end(fault);
      await delivery.drain();
      expect(counters.readNew).toBe(1);
      expect(troubles[0]).toMatch(/^delivery: /);
    },
  );

  it("takes no record when it is stopped meanwhile", async () => {
    const stream = new MemoryStream();
    const { delivery, faults, counters, troubles, close } = await openDelivery(temporaryFolder(), stream);
    faults.begin("delivery-read-denied");
    stream.put("a");
    await delivery.start();
    await expect.poll(() => troubles).toHaveLength(1);
    await close();
    expect(counters.readNew).toBe(0);
  });

  it.each(["delivery-write-denied", "key-disabled"] as const)(
    "writes nothing while there is %s",
    async (fault) => {
      const stream = new MemoryStream();
      const dir = temporaryFolder();
      const { delivery, faults, counters } = await openDelivery(dir, stream);
      stream.put("a");
      await delivery.start();
      await delivery.drain();
      faults.begin(fault);
      const flushed = delivery.flush();
      await expect.poll(() => counters.writeErrors).toBeGreaterThanOrEqual(2);
      expect(objects(dir)).toEqual({});
      faults.end(fault);
      await flushed;
      expect(textsBelow(dir, "data/")).toEqual(["a"]);
    },
  );

  it("reads ten minutes late", async () => {
    const stream = new MemoryStream();
    const { delivery, faults, counters } = await openDelivery(temporaryFolder(), stream);
    faults.begin("delivery-behind");
    stream.putTo("shard-0", Date.now() - 601_000, "old");
    stream.put("new");
    await delivery.start();
    await expect.poll(() => counters.readOld).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(counters.readNew).toBe(0);
    faults.end("delivery-behind");
    await expect.poll(() => counters.readNew).toBe(1);
  });
});
