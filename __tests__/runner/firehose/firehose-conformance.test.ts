import { describe, expect, it } from "vitest";
import { aggregate } from "../../support/aggregate";
import { reading, TestRun } from "../fixtures/harness";

const plain = { conversion: false, s3: { s3_backup_mode: "Disabled", prefix: "plain/!{timestamp:yyyy}/" } };

describe("Firehose", () => {
  it("flushes at the buffer's interval when its size was not reached", async () => {
    const run = await TestRun.start({ conversion: false, s3: { ...plain.s3, buffering_interval: 1 } });
    await run.put(["a"]);
    await expect.poll(() => run.keys("plain/"), { timeout: 5_000 }).toHaveLength(1);
  });

  it("flushes at the buffer's size when its interval was not reached", async () => {
    const run = await TestRun.start({ conversion: false, s3: { ...plain.s3, buffering_size: 1 } });
    await run.put(["x".repeat(600_000), "y".repeat(600_000)]);
    await expect.poll(() => run.keys("plain/"), { timeout: 5_000 }).toHaveLength(1);
    expect(run.delivery.buffers[0]?.records).toBe(0);
  });

  it("puts records together with no delimiter, unless told to append one", async () => {
    const run = await TestRun.start(plain);
    await run.put(["a", "b"]);
    await run.finish();
    expect(run.text("plain/")).toBe("ab");
    await run.runner.close();
    const processors = [{ type: "AppendDelimiterToRecord" }];
    const s3 = { ...plain.s3, processing_configuration: { enabled: true, processors } };
    const delimited = await TestRun.start({ conversion: false, s3 });
    await delimited.put(["a", "b"]);
    await delimited.finish();
    expect(delimited.text("plain/")).toBe("a\nb\n");
  });

  it("compresses with GZIP when told so, and names the object .gz", async () => {
    const run = await TestRun.start({ conversion: false, s3: { ...plain.s3, compression_format: "GZIP" } });
    await run.put(["a"]);
    await run.finish();
    expect(run.keys("plain/")).toEqual([expect.stringMatching(/\.gz$/)]);
    expect(run.text("plain/")).toBe("a");
  });

  it("uses the file extension of the delivery stream", async () => {
    const run = await TestRun.start({ conversion: false, s3: { ...plain.s3, file_extension: ".json" } });
    await run.put(["a"]);
    await run.finish();
    expect(run.keys("plain/")).toEqual([expect.stringMatching(/\.json$/)]);
  });

  it("de-aggregates before delivery and before conversion", async () => {
    const run = await TestRun.start();
    await run.put([aggregate([reading(1), reading(2)]), reading(3)]);
    await run.finish();
    const rows = await run.rows();
    expect(rows.map(({ sensor_id }) => sensor_id).sort()).toEqual(["sensor-1", "sensor-2", "sensor-3"]);
    expect(run.text("raw/").split("\n").filter(Boolean)).toHaveLength(3);
    expect(run.delivery).toMatchObject({ readNew: 2, userRecords: 3, delivered: 3 });
  });

  it("delivers a broken aggregate as the one record that it is", async () => {
    const run = await TestRun.start();
    const broken = aggregate([reading(1)]);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    await run.put([broken]);
    await run.finish();
    expect(run.failedRecords()).toEqual([expect.objectContaining({ rawData: broken.toString("base64") })]);
  });

  it("keeps the source records as they were sent, before conversion", async () => {
    const run = await TestRun.start();
    const sent = [reading(1), "no JSON\n", reading(2, { extra: 1 })];
    await run.put(sent);
    await run.finish();
    expect(run.text("raw/")).toBe(sent.join(""));
  });

  it("writes what it can't convert below the error prefix, one JSON a line", async () => {
    const run = await TestRun.start();
    const { Records = [] } = await run.put([reading(1), "no JSON"]);
    await run.finish();
    expect(run.keys("errors/")).toEqual([
      expect.stringMatching(
        /^errors\/format-conversion-failed\/dt=\d{4}-\d\d-\d\d\/lab-test-delivery-1-[\d-]{19}-[0-9a-f-]{36}$/,
      ),
    ]);
    expect(run.failedRecords()).toEqual([
      expect.objectContaining({
        rawData: Buffer.from("no JSON").toString("base64"),
        sequenceNumber: Records[1]?.SequenceNumber,
        dataCatalogTable: expect.objectContaining({ databaseName: "lake", tableName: "readings" }),
      }),
    ]);
    expect(run.delivery).toMatchObject({
      delivered: 1,
      rejected: 1,
      parquetObjects: 1,
      errorObjects: 1,
      rawObjects: 1,
    });
  });

  it("names objects by prefix, stream, version, time and an id, and Parquet .parquet", async () => {
    const run = await TestRun.start();
    await run.put([reading(1)]);
    await run.finish();
    expect(run.keys("processed/")).toEqual([
      expect.stringMatching(
        /^processed\/dt=\d{4}-\d\d-\d\d\/lab-test-delivery-1-\d{4}(-\d\d){5}-[0-9a-f]{8}-[0-9a-f-]{27}\.parquet$/,
      ),
    ]);
  });
});
