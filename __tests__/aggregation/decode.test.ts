import { createHash } from "node:crypto";
import { decodeAggregate, isAggregate } from "@streaming-data-lake/aggregation";
import { describe, expect, it } from "vitest";
import { reading } from "../functions/support";
import { aggregate, field, sign, userRecord, varint } from "../support/aggregate";
import { kplVectors } from "./kpl";

/** Made by AWS's own aggregator, aws-kinesis-agg 4.2.8: three readings, two partition keys, one explicit hash key. */
const fromAws = Buffer.from(
  "84mawgoKc2Vuc29yLTAwMQoKc2Vuc29yLTAwMhIFMTIzNDUafggAGnp7InNlbnNvcl9pZCI6InNlbnNvci0wMDEiLCJ0ZW1wZXJhdHVyZSI6MjIu" +
    "NSwiaHVtaWRpdHkiOjY1LjIsInRpbWVzdGFtcCI6IjIwMjQtMDEtMTVUMTA6MzA6MDBaIiwibG9jYXRpb24iOiJ3YXJlaG91c2UtQSJ9ChqAAQgB" +
    "EAAaensic2Vuc29yX2lkIjoic2Vuc29yLTAwMiIsInRlbXBlcmF0dXJlIjozMS41LCJodW1pZGl0eSI6NjUuMiwidGltZXN0YW1wIjoiMjAyNC0w" +
    "MS0xNVQxMDozMDowMFoiLCJsb2NhdGlvbiI6IndhcmVob3VzZS1BIn0KGn4IABp6eyJzZW5zb3JfaWQiOiJzZW5zb3ItMDAxIiwidGVtcGVyYXR1" +
    "cmUiOjIzLjUsImh1bWlkaXR5Ijo2NS4yLCJ0aW1lc3RhbXAiOiIyMDI0LTAxLTE1VDEwOjMwOjAwWiIsImxvY2F0aW9uIjoid2FyZWhvdXNlLUEi" +
    "fQrEipLwXlFIHHRcTr/9BGiS",
  "base64",
);

const keys = field(1, "key");
const one = field(3, userRecord(0, "data"));

describe("a KPL aggregate", () => {
  it("is known by its magic number", () => {
    expect([fromAws, Buffer.from(reading()), Buffer.from([0xf3, 0x89])].map(isAggregate)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("gives its user records in their order, as AWS's aggregator put them", () => {
    expect(
      decodeAggregate(fromAws)?.map(({ partitionKey, data }) => [partitionKey, data.toString()]),
    ).toEqual([
      ["sensor-001", reading()],
      ["sensor-002", reading({ sensor_id: "sensor-002", temperature: 31.5 })],
      ["sensor-001", reading({ temperature: 23.5 })],
    ]);
  });

  it("gives what the Kinesis Producer Library was given", () => {
    const aggregates = kplVectors.filter(({ userRecords }) => userRecords.length > 1);
    expect(aggregates.length).toBeGreaterThan(0);
    for (const { data, userRecords } of aggregates) {
      const decoded = decodeAggregate(data);
      expect(decoded).toHaveLength(userRecords.length);
      // Its threads may change the order of neighbours.
      expect(decoded).toEqual(expect.arrayContaining([...userRecords]));
    }
  });

  it("keeps the explicit hash key of a record that has one", () => {
    expect(decodeAggregate(fromAws)?.map(({ explicitHashKey }) => explicitHashKey)).toEqual([
      undefined,
      "12345",
      undefined,
    ]);
  });

  it("may have its table of keys after its records", () => {
    expect(decodeAggregate(sign(Buffer.concat([one, keys])))).toHaveLength(1);
  });

  it("may have fields of every wire type that are not known", () => {
    const unknown = Buffer.concat([
      Buffer.from([(9 << 3) | 0, 0xff, 0x01]),
      Buffer.from([(10 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8]),
      field(11, "tag"),
      Buffer.from([(12 << 3) | 5, 1, 2, 3, 4]),
    ]);
    expect(decodeAggregate(sign(Buffer.concat([unknown, keys, unknown, one])))).toHaveLength(1);
  });

  it("holds records of any bytes, none included", () => {
    expect(decodeAggregate(aggregate(["", Buffer.alloc(300, 0xff)]))?.map(({ data }) => data.length)).toEqual(
      [0, 300],
    );
  });

  it.each([
    ["is the magic number alone", fromAws.subarray(0, 4)],
    ["is too short for a checksum", fromAws.subarray(0, 19)],
    ["has been cut", fromAws.subarray(0, -1)],
    ["has a changed byte", Buffer.from(fromAws).fill(fromAws[60] ?? 0, 61, 62)],
    ["has no record", sign(keys)],
    ["is empty", sign(Buffer.alloc(0))],
    ["names a partition key that is not there", sign(Buffer.concat([keys, field(3, userRecord(1, "x"))]))],
    ["names a partition key beyond any", sign(Buffer.concat([keys, field(3, userRecord(2 ** 63, "x"))]))],
    [
      "names an explicit hash key that is not there",
      sign(Buffer.concat([keys, field(3, Buffer.concat([userRecord(0, "x"), Buffer.from([0x10, 0])]))])),
    ],
    ["has a record without a partition key", sign(Buffer.concat([keys, field(3, field(3, "x"))]))],
    ["has a record without data", sign(Buffer.concat([keys, field(3, Buffer.from([8, 0]))]))],
    [
      "has a record whose data is a number",
      sign(Buffer.concat([keys, field(3, Buffer.from([8, 0, 24, 1]))])),
    ],
    ["has a field longer than itself", sign(Buffer.concat([keys, one, varint(26), varint(2 ** 40)]))],
    ["has a number that does not end", sign(Buffer.concat([keys, one, Buffer.alloc(12, 0xff)]))],
    ["has a group, which protobuf gave up", sign(Buffer.concat([keys, one, Buffer.from([0x1b])]))],
  ])("is broken when it %s", (_, data) => {
    expect(decodeAggregate(data)).toBeUndefined();
  });

  it("is broken when its checksum is another message's", () => {
    const digest = createHash("md5").update("another").digest();
    expect(decodeAggregate(Buffer.concat([fromAws.subarray(0, -16), digest]))).toBeUndefined();
  });
});
