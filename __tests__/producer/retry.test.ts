import { UndeliveredError } from "@streaming-data-lake/producer";
import { describe, expect, it } from "vitest";
import { awsError, internalFailure, throttled } from "./support/scripted-service";
import { record, setUp, stateOf } from "./support/setup";

describe("a partial failure", () => {
  it("is answered by sending only the failed entries again", async () => {
    const { producer, service, clock } = setUp();
    service.next((entries) =>
      service.store(entries).map((result, at) => (at === 1 ? internalFailure : result)),
    );
    const puts = ["a", "b", "c"].map((data) => producer.put(record(data)));
    await clock.advance(100);
    expect(await stateOf(puts[0] as Promise<unknown>)).toMatchObject({ sequenceNumber: "1" });
    expect(await stateOf(puts[1] as Promise<unknown>)).toBe("pending");
    await clock.advance(5_000);
    expect(service.payloads).toEqual([["a", "b", "c"], ["b"]]);
    expect(await stateOf(puts[1] as Promise<unknown>)).toMatchObject({ sequenceNumber: "4" });
  });

  it("backs off longer for throttling than for an internal error, doubling each time", async () => {
    const waits = async (failure: typeof throttled) => {
      const { producer, service, clock } = setUp();
      const times: number[] = [];
      service.otherwise = (entries) => {
        times.push(clock.now());
        return times.length < 4 ? [failure] : service.store(entries);
      };
      const put = producer.put(record("a"));
      await clock.advance(10_000);
      await put;
      return times.slice(1).map((time, at) => Math.round(time - (times[at] ?? 0)));
    };
    // Half of the span that doubles from 25 ms, and from 100 ms; a timer rounds up to a whole millisecond.
    expect(await waits(internalFailure)).toEqual([13, 25, 50]);
    expect(await waits(throttled)).toEqual([50, 100, 200]);
  });

  it("keeps the other records of a throttled shard back, and lets those of other shards pass", async () => {
    const { producer, service, clock } = setUp({ lingerMs: 1 });
    service.shards = 2;
    const low = (data: string) => ({ data, partitionKey: "k", explicitHashKey: "0" });
    const high = (data: string) => ({ data, partitionKey: "k", explicitHashKey: String((1n << 128n) - 1n) });
    service.next([throttled]);
    void producer.put(low("a"));
    await clock.advance(5);
    void producer.put(low("b"));
    void producer.put(high("c"));
    await clock.advance(20);
    expect(service.payloads).toEqual([["a"], ["c"]]);
    await clock.advance(60);
    expect(service.payloads).toEqual([["a"], ["c"], ["a", "b"]]);
  });
});

describe("a call that fails as a whole", () => {
  it.each([
    ["an internal error", awsError("InternalFailure", 500)],
    ["a broken connection", Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })],
    ["a limit", awsError("LimitExceededException", 400)],
    ["an expired token", awsError("ExpiredTokenException", 400)],
  ])("for %s is repeated", async (_, error) => {
    const { producer, service, clock } = setUp();
    service.next(error);
    const put = producer.put(record("a"));
    await clock.advance(1_000);
    expect(service.payloads).toEqual([["a"], ["a"]]);
    await expect(put).resolves.toBeDefined();
  });

  it("is one whose results are fewer than its records", async () => {
    const { producer, service, clock } = setUp();
    service.next((entries) => service.store(entries).slice(1));
    const puts = [producer.put(record("a")), producer.put(record("b"))];
    await clock.advance(1_000);
    expect(service.payloads).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    expect((await Promise.all(puts)).map(({ sequenceNumber }) => sequenceNumber)).toEqual(["3", "4"]);
  });

  it("is one that takes longer than the request timeout", async () => {
    const { producer, service, clock } = setUp({ requestTimeoutMs: 500 });
    service.next(new Promise(() => undefined));
    const put = producer.put(record("a"));
    await clock.advance(590);
    expect(service.calls).toHaveLength(1);
    await clock.advance(100);
    expect(service.calls).toHaveLength(2);
    await expect(put).resolves.toBeDefined();
  });

  it.each([
    ["there is no such stream", awsError("ResourceNotFoundException", 400, "Stream x not found")],
    ["it is not permitted", awsError("AccessDeniedException", 400, "not authorized")],
    ["there are no credentials", Object.assign(new Error("none"), { name: "CredentialsProviderError" })],
  ])("because %s is not repeated, and says so", async (_, error) => {
    const { producer, service, clock } = setUp();
    service.next(error);
    const put = producer.put(record("a", "sensor-1"));
    const failed = expect(put).rejects.toMatchObject({
      name: "UndeliveredError",
      reason: "Refused",
      message: `Refused: ${error.name}: ${error.message}`,
      attempts: 1,
      uncertain: false,
      cause: error,
      record: { data: Buffer.from("a"), partitionKey: "sensor-1" },
    });
    await clock.advance(1_000);
    await failed;
    expect(service.calls).toHaveLength(1);
  });
});

describe("a record that the service calls invalid", () => {
  it("is found by halving the call, and is the only one refused", async () => {
    const { producer, service } = setUp();
    service.otherwise = (entries) =>
      entries.some(({ Data }) => Data.toString() === "bad") ? awsError("ValidationException", 400) : "stored";
    const puts = ["a", "b", "bad", "c", "d"].map((data) => producer.put(record(data)));
    const results = Promise.allSettled(puts);
    await producer.flush();
    expect((await results).map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
  });
});

describe("the time to live", () => {
  it("ends the attempts with an error that tells the last failure", async () => {
    const { producer, service, clock } = setUp({ timeToLiveMs: 1_000 });
    service.otherwise = (entries) => entries.map(() => throttled);
    const put = producer.put(record("a"));
    const failed = expect(put).rejects.toMatchObject({
      reason: "Expired",
      message: "Not delivered within its time to live: ProvisionedThroughputExceededException: Rate exceeded",
      uncertain: false,
    });
    await clock.advance(3_000);
    await failed;
    const calls = service.calls.length;
    await clock.advance(10_000);
    expect(service.calls).toHaveLength(calls);
  });

  it("says when the record may be on the stream all the same", async () => {
    const { producer, service, clock } = setUp({ timeToLiveMs: 200 });
    service.otherwise = () => new Error("socket hang up");
    const put = producer.put(record("a")).catch((error: unknown) => error);
    await clock.advance(3_000);
    expect(await put).toBeInstanceOf(UndeliveredError);
    expect(await put).toMatchObject({ reason: "Expired", uncertain: true });
  });
});

describe("what goes wrong for a while", () => {
  const run = () => {
    const warnings: string[] = [];
    return { warnings, ...setUp({ onWarning: (message) => warnings.push(message), timeToLiveMs: 60_000 }) };
  };
  const refusedConnection = () => {
    throw Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:4567"), { code: "ECONNREFUSED" });
  };

  it("is told with its reason once it has lasted for two seconds, and when it is over", async () => {
    const { producer, service, clock, warnings } = run();
    service.otherwise = refusedConnection;
    const puts = [producer.put(record("a")), producer.put(record("b"))];
    await clock.advance(1_500);
    expect(warnings).toEqual([]);
    await clock.advance(30_000);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Calls have failed for \d s: Error: connect ECONNREFUSED 127\.0\.0\.1:4567; each record is tried again for 60 s$/,
      ),
    ]);
    service.otherwise = (entries) => service.store(entries);
    await clock.advance(20_000);
    await Promise.all(puts);
    expect(warnings.slice(1)).toEqual([expect.stringMatching(/^Calls succeed again, after 3\d s$/)]);
  });

  it("is told of one shard while the others take their records", async () => {
    const { producer, service, clock, warnings } = run();
    service.shards = 2;
    service.otherwise = (entries) => {
      const stored = service.store(entries);
      return stored.map((result) =>
        "ShardId" in result && result.ShardId === "shard-1-of-2" ? throttled : result,
      );
    };
    const puts = Array.from({ length: 20 }, (_, at) =>
      producer.put(record("a", `key-${at}`)).catch(() => {}),
    );
    await clock.advance(10_000);
    expect(warnings).toEqual([expect.stringMatching(/ProvisionedThroughputExceededException/)]);
    await clock.advance(60_000);
    await Promise.all(puts);
  });

  it("is not told when some of a call's records pass", async () => {
    const { producer, service, clock, warnings } = run();
    let call = 0;
    service.otherwise = (entries) =>
      service.store(entries).map((result, at) => (at % 2 === ++call % 2 ? internalFailure : result));
    const puts = Array.from({ length: 200 }, () => producer.put(record("a")).catch(() => {}));
    await clock.advance(60_000);
    await Promise.all(puts);
    expect(warnings).toEqual([]);
  });
});
