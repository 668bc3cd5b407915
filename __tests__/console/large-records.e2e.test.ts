import { describe, expect, it, vi } from "vitest";
import type { RecordPage } from "../../local/console/api";
import { stream, TestConsole } from "./fixtures/console";

describe("a stream", () => {
  it("shows the latest where it can't show all of large records", async () => {
    const test = await TestConsole.start();
    for (const key of ["1", "2", "3", "4", "5", "6"]) await test.put(key, "x".repeat(1_000_000));
    const keysAt = async (path: string) =>
      (await test.ask<RecordPage>(path)).records.map(({ partitionKey }) => partitionKey);
    expect(await keysAt(`/streams/${stream}/records`)).toEqual(["3", "4", "5", "6"]);
    expect(await keysAt(`/streams/${stream}/records?from=0`)).toEqual(["1", "2", "3", "4"]);
  });

  it("takes a record of a mebibyte, whatever its characters are", async () => {
    const test = await TestConsole.start();
    for (const character of ["x", '"', "\u0001"]) {
      const data = character.repeat(1_048_575);
      expect(await test.send(stream, "k", data)).toHaveProperty("sequenceNumber");
    }
  });

  it("takes records as large as the stream does, and says how large those are that it doesn't", async () => {
    const test = await TestConsole.start();
    const most = 10 * 1024 * 1024;
    const { StreamDescriptionSummary: { StreamARN } = {} } = await test.client.describeStreamSummary({
      StreamName: stream,
    });
    await test.client.updateMaxRecordSize({ StreamARN, MaxRecordSizeInKiB: 10_240 });
    await vi.waitFor(async () =>
      expect(await test.send(stream, "k", "x".repeat(1_048_577))).toHaveProperty("sequenceNumber"),
    );
    expect(await test.send(stream, "k", "\u0001".repeat(most - 1))).toHaveProperty("sequenceNumber");
    const { records } = await test.ask<RecordPage>(`/streams/${stream}/records`);
    expect(records.at(-1)?.bytes).toBe(most - 1);
    expect(await test.send(stream, "key", "x".repeat(most - 1))).toEqual({
      status: 413,
      message: `the record has ${most + 2} bytes with its partition key; those of ${stream} may have ${most}`,
    });
    expect(await test.send(stream, "k", "x".repeat(most + 1))).toEqual({
      status: 413,
      message: `a request's body may have ${most} bytes, as many as the largest record`,
    });
  });
});
