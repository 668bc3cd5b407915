import type { World } from "@streaming-data-lake/aws";
import type { BufferCounters, Counters, DeliveryCounters } from "@streaming-data-lake/runner/counters";
import { findDiscrepancies } from "@streaming-data-lake/runner/reconciliation";
import { pause } from "@streaming-data-lake/timing";
import type { LiveState, NodeState } from "../api";
import { producers } from "./graph";
import { type Prefix, prefixesOf } from "./prefixes";
import { Rates } from "./rates";

/** Interval at which the counters are read. Milliseconds. */
const lookMilliseconds = 1_000;

/** The current state of the pipeline, derived from its counters. */
export class Live {
  private readonly rates = new Rates();
  private readonly prefixes: readonly Prefix[];
  private readonly timer: NodeJS.Timeout;
  private told: LiveState | undefined;

  constructor(
    private readonly world: World,
    ended: AbortSignal,
    /** Called once a second, to read other values at the same time. */
    private readonly alsoLook: () => void,
  ) {
    this.prefixes = prefixesOf(world.stack);
    this.look();
    this.timer = setInterval(() => this.look(), lookMilliseconds);
    this.timer.unref();
    ended.addEventListener("abort", () => clearInterval(this.timer), { once: true });
  }

  /** Returns a function that returns the state, at once for the first call and after a second for each further call. */
  events(): (signal: AbortSignal) => Promise<LiveState | undefined> {
    let isFirst = true;
    return async (signal) => {
      if (!isFirst) await pause(lookMilliseconds, signal);
      isFirst = false;
      return signal.aborted ? undefined : this.latest();
    };
  }

  /** The state of the last second. It is computed once for all pages, and only when a page asks. */
  private latest(): LiveState {
    this.told ??= this.state();
    return this.told;
  }

  /**
   * The state at this moment. All pages get this one from now on, so that none gets an earlier state after a later one.
   */
  now(): LiveState {
    this.told = undefined;
    return this.latest();
  }

  private state(): LiveState {
    const { counters } = this.world.runner;
    const time = Date.now();
    const nodes = this.nodes(counters, time);
    const isBusy = Object.values(nodes).some(
      ({ recordRate = 0, waiting = 0, buffer }) => recordRate > 0 || waiting > 0 || (buffer?.bytes ?? 0) > 0,
    );
    return {
      time,
      nodes: Object.fromEntries(Object.entries(nodes).map(([id, state]) => [id, present(state)])),
      alarms: Object.fromEntries(counters.alarms.map(({ name, state }) => [name, state])),
      discrepancies: isBusy ? [] : findDiscrepancies(counters),
    };
  }

  private look(): void {
    this.told = undefined;
    this.alsoLook();
    const { streams, mappings, deliveries } = this.world.runner.counters;
    const counts = new Map<string, number>();
    const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? 0) + count);
    for (const { name, acknowledged, bytes } of streams) {
      add(`put ${name}`, acknowledged ?? 0);
      add(`bytes ${name}`, bytes);
    }
    for (const { functionName, succeeded, failed, filtered } of mappings)
      add(`done ${functionName}`, succeeded + failed + filtered);
    for (const { name, userRecords, delivered, backedUp, rejected } of deliveries) {
      add(`read ${name}`, userRecords);
      add(`records ${name}`, delivered);
      add(`backup ${name}`, backedUp);
      add(`errors ${name}`, rejected);
    }
    this.rates.add(counts, performance.now());
  }

  private nodes({ streams, mappings, deliveries, queues }: Counters, now: number): Record<string, NodeState> {
    const { stack, queues: stores } = this.world;
    const { rates } = this;
    const nodes: Record<string, NodeState> = {};
    const own = streams.flatMap((counters) => {
      const stream = stack.streams.find(({ name }) => name === counters.name);
      return stream ? [{ stream, counters }] : [];
    });
    for (const { stream, counters } of own)
      nodes[stream.address] = {
        records: counters.acknowledged,
        recordRate: rates.rateOf(`put ${stream.name}`),
        byteRate: rates.rateOf(`bytes ${stream.name}`),
        throttles: counters.throttled + counters.throttledReads,
      };
    nodes[producers] = {
      records: sum(streams.map(({ acknowledged = 0 }) => acknowledged)),
      recordRate: sum(streams.map(({ name }) => rates.rateOf(`put ${name}`))),
      byteRate: sum(streams.map(({ name }) => rates.rateOf(`bytes ${name}`))),
      throttles: sum(streams.map(({ throttled }) => throttled)),
    };
    for (const fn of stack.functions) {
      const its = mappings.filter(({ functionName }) => functionName === fn.name);
      if (its.length === 0) continue;
      nodes[fn.address] = {
        records: sum(its.map(({ succeeded }) => succeeded)),
        recordRate: rates.rateOf(`done ${fn.name}`),
        lag: Math.max(...its.map(({ lagMilliseconds }) => lagMilliseconds)),
        waiting: sum(its.map(({ pending }) => pending)),
        failed: sum(its.map(({ failed }) => failed)),
        errors: sum(its.map(({ errors }) => errors)),
        throttles: sum(its.map(({ throttles }) => throttles)),
      };
    }
    for (const counters of deliveries) {
      const delivery = stack.deliveryStreams.find(({ name }) => name === counters.name);
      if (!delivery) continue;
      const buffer = counters.buffers.find(({ kind }) => kind === "destination");
      nodes[delivery.address] = {
        records: counters.userRecords,
        recordRate: rates.rateOf(`read ${delivery.name}`),
        lag: counters.behindMilliseconds,
        waiting: Math.max(...counters.buffers.map(({ records }) => records), 0),
        buffer: buffer && fillOf(buffer, now),
        failed: counters.rejected,
        errors: counters.writeErrors,
        objects: counters.parquetObjects + counters.rawObjects + counters.errorObjects,
      };
      if (delivery.conversion) {
        const { database, table } = delivery.conversion;
        const converted = stack.tables.find((one) => one.database === database && one.name === table);
        if (converted)
          nodes[converted.address] = {
            records: counters.delivered,
            recordRate: rates.rateOf(`records ${delivery.name}`),
          };
      }
    }
    for (const prefix of this.prefixes) nodes[prefix.id] = this.prefixState(prefix, deliveries);
    for (const { name, address } of stack.access.queues) {
      const { visible = 0, inFlight = 0, delayed = 0 } = stores.find(name)?.counts() ?? {};
      nodes[address] = {
        records: queues.find((queue) => queue.name === name)?.messages ?? 0,
        waiting: visible + inFlight + delayed,
      };
    }
    return nodes;
  }

  private prefixState({ delivery, holds }: Prefix, deliveries: readonly DeliveryCounters[]): NodeState {
    const counters = deliveries.find(({ name }) => name === delivery.name);
    if (!counters) return {};
    const { delivered, backedUp, rejected, parquetObjects, rawObjects, errorObjects } = counters;
    const isConverted = delivery.conversion !== undefined;
    const [records, objects] = {
      records: [delivered, isConverted ? parquetObjects : rawObjects],
      backup: [backedUp, rawObjects],
      errors: [rejected, errorObjects],
    }[holds] as [number, number];
    return { records, objects, recordRate: this.rates.rateOf(`${holds} ${delivery.name}`) };
  }
}

function fillOf(
  { bytes, limitBytes, limitMilliseconds, since }: BufferCounters,
  now: number,
): NodeState["buffer"] {
  return {
    bytes,
    limitBytes,
    ...(since !== undefined && { flushIn: Math.max(0, since + limitMilliseconds - now) }),
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Removes the properties that are undefined. */
const present = (state: NodeState): NodeState =>
  Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));
