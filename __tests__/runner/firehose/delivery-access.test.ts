import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Call } from "@streaming-data-lake/iam";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../support/folders";
import { openDelivery, stackOf } from "../fixtures/delivery";
import { denied } from "../fixtures/denied";
import { MemoryStream } from "../fixtures/memory-stream";
import { s3Destination } from "../fixtures/s3-destination";
import { objects, textsBelow } from "../fixtures/sink";

describe("the calls of a delivery stream", () => {
  const backup = s3Destination("raw/", { roleArn: "arn:aws:iam::000000000000:role/backup" });

  it("are those on its bucket and on each key that it writes, by the role of each destination", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const { delivery, deliver, calls } = await openDelivery(dir, stream, { delivery: { backup } });
    stream.put("a");
    await delivery.start();
    await deliver();
    const [key] = Object.keys(objects(dir)).filter((path) => path.startsWith("lake/data/"));
    const put = calls.filter(({ action }) => action === "s3:PutObject");
    expect(put.map(({ resource }) => resource)).toContain(`arn:aws:s3:::${key}`);
    expect(put).toHaveLength(2);
    expect(new Set(calls.map(({ action }) => action))).toEqual(
      new Set([
        "sts:AssumeRole",
        "s3:GetBucketLocation",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:GetObject",
      ]),
    );
  });

  it("read the table of a conversion for the destination alone", async () => {
    const stream = new MemoryStream();
    const asked: (readonly Call[])[] = [];
    const table = {
      address: "table",
      database: "lab",
      name: "readings",
      columns: [{ name: "a", type: "int" }],
    };
    const { delivery, counters } = await openDelivery(temporaryFolder(), stream, {
      delivery: {
        backup,
        conversion: {
          database: "lab",
          table: "readings",
          format: "PARQUET",
          compression: "SNAPPY",
          deserializer: "OPENX_JSON",
          deserializerParameters: {},
          roleArn: "arn:aws:iam::000000000000:role/schema",
        },
      },
      options: {
        stack: stackOf({ tables: [table] }),
        authorize: (...some) => void asked.push(some),
      },
    });
    stream.put('{"a":1}');
    await delivery.start();
    await delivery.drain();
    delivery.flush().catch(() => {});
    await expect.poll(() => counters.writeErrors + counters.backedUp).toBeGreaterThanOrEqual(2);
    const byBackup = asked.filter((some) => some.some(({ resource }) => resource.includes("role/backup")));
    expect(byBackup.length).toBeGreaterThan(0);
    expect(byBackup.flat().filter(({ action }) => action.startsWith("glue:"))).toEqual([]);
    expect(asked.flat().map(({ action }) => action)).toContain("glue:GetTable");
  });

  it("read no table where nothing is converted", async () => {
    const stream = new MemoryStream();
    const { delivery, deliver, calls } = await openDelivery(temporaryFolder(), stream);
    stream.put("a");
    await delivery.start();
    await deliver();
    expect(calls.filter(({ action }) => action.startsWith("glue:"))).toEqual([]);
  });

  it("write its log of errors where it has one", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const actions: string[] = [];
    let refusals = 1;
    const { delivery, deliver } = await openDelivery(dir, stream, {
      delivery: { destination: s3Destination("data/", { log: { group: "group", stream: "errors" } }) },
      options: {
        authorize: (...calls) => {
          for (const { action } of calls) actions.push(action);
          if (calls.some(({ resource }) => resource.includes("lake/data/")) && refusals-- > 0)
            throw denied("not yet");
        },
      },
    });
    stream.put("a");
    await delivery.start();
    await deliver();
    expect(actions).toContain("logs:PutLogEvents");
    const log = readFileSync(join(dir, "logs", "delivery-errors.log"), "utf8");
    expect(JSON.parse(log)).toMatchObject({
      errorCode: "S3.AccessDenied",
      message: "Access was denied. not yet",
    });
  });
});

describe("the access log of a delivery stream's bucket", () => {
  const stack = stackOf({ accessLogs: [{ bucket: "lake", target: "logs", prefix: "lake/" }] });

  async function delivered(authorize: (call: Call) => void) {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const run = await openDelivery(dir, stream, {
      delivery: { backup: undefined } as object,
      options: {
        stack,
        authorize: (...calls) => {
          for (const call of calls) if (call.action === "s3:PutObject") authorize(call);
        },
      },
    });
    await run.delivery.start();
    for (const text of ["a", "b"]) {
      stream.put(text);
      await run.deliver();
    }
    return { ...run, dir };
  }
  const isLog = ({ resource }: Call) => resource.startsWith("arn:aws:s3:::logs");

  it("is written for each object, after it", async () => {
    const asked: string[] = [];
    const { dir } = await delivered((call) => void asked.push(isLog(call) ? "log" : "object"));
    expect(textsBelow(dir, "data/")).toEqual(["a", "b"]);
    expect(asked).toEqual(["object", "log", "object", "log"]);
  });

  it("may be missing, which is said once", async () => {
    const { dir, troubles } = await delivered((call) => {
      if (isLog(call)) throw denied("no log");
    });
    expect(textsBelow(dir, "data/")).toEqual(["a", "b"]);
    expect(troubles).toEqual(["lake has no access log: no log"]);
  });

  it("holds up the delivery when it can't be told whether it may be written", async () => {
    let failures = 1;
    const { dir, troubles, counters } = await delivered((call) => {
      if (isLog(call) && failures-- > 0) throw new Error("no policy");
    });
    expect(textsBelow(dir, "data/")).toEqual(["a", "b"]);
    expect(counters.writeErrors).toBe(1);
    expect(troubles[0]).toBe("delivery: can't write to lake: no policy; trying again");
  });
});
