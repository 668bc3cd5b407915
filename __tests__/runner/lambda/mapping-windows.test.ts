import { describe, expect, it, onTestFinished, vi } from "vitest";
import { temporaryFolder } from "../../support/folders";
import { until } from "../../support/until";
import { type Handler, openMapper } from "../fixtures/mapper";
import { MemoryStream } from "../fixtures/memory-stream";

describe("a mapping with tumbling windows", () => {
  const mapping = { tumblingWindowSeconds: 10, batchSize: 10 };
  const start = Math.floor(Date.now() / 10_000) * 10_000 - 60_000;
  const sum: Handler = ({ texts, event }) => ({
    state: { count: ((event.state as { count?: number }).count ?? 0) + texts.length },
  });
  const brief = (invoked: { texts: readonly string[]; event: Readonly<Record<string, unknown>> }) => [
    invoked.texts.join(),
    invoked.event.isFinalInvokeForWindow,
    invoked.event.isWindowTerminatedEarly,
    invoked.event.state,
  ];

  it("keeps batches within a window, hands its state on, and closes it when the next one begins", async () => {
    const stream = new MemoryStream();
    const { mapper, drain, invocations } = openMapper(temporaryFolder(), stream, sum, { mapping });
    stream.putTo("shard-0", start, "a", "b");
    stream.putTo("shard-0", start + 10_000, "c");
    await mapper.start();
    await drain();
    expect(invocations.slice(0, 3).map(brief)).toEqual([
      ["a,b", false, false, {}],
      ["", true, false, { count: 2 }],
      ["c", false, false, {}],
    ]);
    const time = (at: number) => new Date(at).toISOString().replace(".000Z", "Z");
    expect(invocations[1]?.event).toMatchObject({
      window: { start: time(start), end: time(start + 10_000) },
      shardId: "shard-0",
      eventSourceARN: "arn:aws:kinesis:us-east-1:000000000000:stream/readings",
    });
  });

  it("closes a window whose time is over though no record comes, once, also in the next run", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const first = openMapper(dir, stream, sum, { mapping });
    const now = Date.now();
    stream.putTo("shard-0", now, "a");
    await first.mapper.start();
    await first.drain();
    expect(first.batches()).toEqual(["a"]);
    await first.close();
    vi.useFakeTimers({ toFake: ["Date"], now: now + 20_000 });
    onTestFinished(() => void vi.useRealTimers());
    const next = openMapper(dir, new MemoryStream(), sum, { mapping });
    await next.mapper.start();
    await until(() => next.invocations.length === 1);
    expect(next.invocations.map(brief)).toEqual([["", true, false, { count: 1 }]]);
    await next.close();
    const last = openMapper(dir, new MemoryStream(), sum, { mapping });
    await last.mapper.start();
    await last.drain();
    expect(last.invocations).toEqual([]);
  });

  it("ends a window early whose state is too large, and begins it anew", async () => {
    const large: Handler = ({ texts }) => ({
      state: texts.length > 0 ? { text: "x".repeat(1024 * 1024) } : {},
    });
    const stream = new MemoryStream();
    const { mapper, drain, invocations, entries } = openMapper(temporaryFolder(), stream, large, {
      mapping: { ...mapping, batchSize: 1 },
    });
    const now = Date.now();
    stream.putTo("shard-0", now, "a");
    stream.putTo("shard-0", now, "b");
    await mapper.start();
    await drain();
    expect(invocations.slice(0, 3).map((one) => brief(one).slice(0, 3))).toEqual([
      ["a", false, false],
      ["", true, true],
      ["b", false, false],
    ]);
    expect(invocations[2]?.event.state).toEqual({});
    expect(entries).toHaveLength(2);
  });

  it("tries the end of a window as often as a batch, and then says that it was discarded", async () => {
    const { mapper, troubles, invocations } = await (async () => {
      const stream = new MemoryStream();
      const open = openMapper(
        temporaryFolder(),
        stream,
        ({ texts }) => {
          if (texts.length === 0) throw new Error("boom");
        },
        { mapping: { ...mapping, maximumRetryAttempts: 1 } },
      );
      stream.putTo("shard-0", start, "a");
      stream.put("b");
      await open.mapper.start();
      await until(() => open.batches().includes("b"));
      return open;
    })();
    expect(invocations.map(({ texts }) => texts.join())).toEqual(["a", "", "", "b"]);
    expect(troubles).toEqual(["mapping: the end of a window was discarded: boom"]);
    expect(mapper.counters).toMatchObject({ invocations: 4, errors: 2, retries: 1 });
  });

  it.each([
    { maximumRetryAttempts: 0, ends: 1, troubles: ["mapping: the end of a window was discarded: boom"] },
    { maximumRetryAttempts: -1, ends: 3, troubles: [] },
  ])(
    "tries the end of a window $ends times with $maximumRetryAttempts retries",
    async ({ ends, ...expected }) => {
      const stream = new MemoryStream();
      let tries = 0;
      const { mapper, batches, troubles } = openMapper(
        temporaryFolder(),
        stream,
        ({ texts }) => {
          if (texts.length === 0 && ++tries < 3) throw new Error("boom");
        },
        { mapping: { ...mapping, maximumRetryAttempts: expected.maximumRetryAttempts } },
      );
      stream.putTo("shard-0", start, "a");
      stream.put("b");
      await mapper.start();
      await until(() => batches().includes("b"));
      expect(batches()).toEqual(["a", ...Array<string>(ends).fill(""), "b"]);
      expect(troubles).toEqual(expected.troubles);
    },
  );
});
