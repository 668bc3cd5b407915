import { abortable, pause, Signal } from "@streaming-data-lake/timing";
import { describe, expect, it } from "vitest";

describe("a signal", () => {
  it("wakes all that wait for it, once", async () => {
    const signal = new Signal();
    const woken: string[] = [];
    const waiting = ["one", "two"].map((name) => signal.next().then(() => woken.push(name)));
    signal.notify();
    signal.notify();
    await Promise.all(waiting);
    expect(woken).toEqual(["one", "two"]);
  });

  it("wakes who waits for it when the time is up", async () => {
    await expect(new Signal().next(1)).resolves.toBeUndefined();
  });

  it("wakes who waits until a condition holds only when it does", async () => {
    const signal = new Signal();
    let left = 2;
    const reached = signal.until(() => left === 0);
    for (; left > 0; left--) signal.notify();
    signal.notify();
    await expect(reached).resolves.toBeUndefined();
  });

  it("lets an abort end a wait for a condition with the abort's reason", async () => {
    const abort = new AbortController();
    const reached = new Signal().until(() => false, abort.signal);
    abort.abort(new Error("stopped"));
    await expect(reached).rejects.toThrow("stopped");
  });
});

describe("an abort", () => {
  it("ends a pause early", async () => {
    const abort = new AbortController();
    const paused = pause(60_000, abort.signal);
    abort.abort();
    await expect(paused).resolves.toBeUndefined();
  });

  it("ends the wait for work with the abort's reason, at once", async () => {
    const abort = new AbortController();
    const waiting = abortable(new Promise(() => {}), abort.signal);
    abort.abort(new Error("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
  });

  it("keeps nobody whose wait has ended by itself", async () => {
    const signal = new Signal();
    for (let round = 0; round < 3; round++) await signal.next(1);
    expect(signal).toEqual({ waiting: new Set() });
  });

  it("changes nothing about work that has ended", async () => {
    const abort = new AbortController();
    expect(await abortable(Promise.resolve(7), abort.signal)).toBe(7);
    abort.abort();
  });
});
