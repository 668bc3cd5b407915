import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Counters, countRead, deliveryCounters } from "../../local/runner/counters";
import { RunStart } from "../../local/runner/lifecycle/run-start";
import { findDiscrepancies, leftUndone } from "../../local/runner/reconciliation";
import { countersOf } from "./fixtures/counters";

const now = Date.UTC(2024, 0, 15, 10, 30);
const hours = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A run in which so many records were put, after what it has read. */
function counters(
  acknowledged: number,
): Counters & { readonly delivery: ReturnType<typeof deliveryCounters> } {
  const delivery = deliveryCounters("delivery", "stream");
  const streams = [{ name: "stream", acknowledged, bytes: 0, throttled: 0, throttledReads: 0 }];
  return { ...countersOf({ streams, deliveries: [delivery] }), delivery };
}

function read(run: RunStart, { delivery }: ReturnType<typeof counters>, ...arrivals: number[]): void {
  for (const arrival of arrivals) {
    countRead(delivery, arrival, run);
    delivery.userRecords++;
    delivery.delivered++;
  }
}

describe("a run tells its records from those that an earlier one has left", () => {
  it("by their arrival", () => {
    const run = new RunStart();
    const counted = counters(2);
    read(run, counted, now - 1, now, now + 1);
    expect(counted.delivery).toMatchObject({ readOld: 1, readNew: 2, clockWasSet: false });
    expect(findDiscrepancies(counted)).toEqual([]);
  });

  it("and finds what is missing", () => {
    const run = new RunStart();
    const counted = counters(3);
    read(run, counted, now - 1, now, now + 1);
    expect(findDiscrepancies(counted)).toEqual(["records of stream read by delivery: expected 3, counted 2"]);
    expect(leftUndone(counted)).toEqual(["1 record of stream not read by delivery"]);
  });

  it("but raises no alarm over records that were put while the clock was 25 hours ahead", () => {
    const run = new RunStart();
    const counted = counters(1);
    read(run, counted, now + 25 * hours, now + 25 * hours, now);
    expect(counted.delivery.clockWasSet).toBe(true);
    expect(findDiscrepancies(counted)).toEqual([]);
    expect(leftUndone(counted)).toEqual([]);
  });

  it("nor when the clock is set back while it runs", () => {
    vi.setSystemTime(now + 25 * hours);
    const run = new RunStart();
    const counted = counters(2);
    read(run, counted, now + 25 * hours);
    vi.setSystemTime(now);
    read(run, counted, now);
    expect(findDiscrepancies(counted)).toEqual([]);
  });

  it("nor when it is set ahead", () => {
    const run = new RunStart();
    const counted = counters(2);
    read(run, counted, now);
    vi.setSystemTime(now + 25 * hours);
    read(run, counted, now + 25 * hours);
    expect(counted.delivery.clockWasSet).toBe(false);
    expect(findDiscrepancies(counted)).toEqual([]);
  });

  it("and even then finds that fewer were read than were put", () => {
    const run = new RunStart();
    const counted = counters(3);
    read(run, counted, now + 25 * hours, now);
    expect(findDiscrepancies(counted)).toEqual(["records of stream read by delivery: expected 3, counted 2"]);
  });
});
