import type { MetricAlarm } from "@streaming-data-lake/terraform/types";
import type { AlarmCounters, Counters, FunctionCounters } from "../counters";
import { type AlarmChange, AlarmWatch, describeChange, minutesLookedAt } from "./alarm-watch";
import { readEmbeddedMetrics } from "./embedded-metrics";
import { MetricStore } from "./metric-store";
import { MetricSums } from "./metric-sums";
import { type EndedQuery, type Invocation, ServiceMetrics } from "./service-metrics";

export interface MonitoringOptions {
  readonly alarms: readonly MetricAlarm[];
  /** Names of the functions that run. */
  readonly functions: readonly string[];
  /** Called for each alarm that begins or ends, in one line. */
  readonly onAlarm: (message: string) => void;
  /** Called for each change, for what an alarm is to do about it. @default - nothing is done */
  readonly onChange?: (change: AlarmChange) => void;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /**
   * Milliseconds between two looks at the counters and the alarms. AWS looks once a minute; a learner need not wait.
   * @default 1000
   */
  readonly sampleMilliseconds?: number;
  /** How long metrics are kept that no alarm looks at, for who asks for them. Minutes. @default 0 */
  readonly keptMinutes?: number;
}

const mostChanges = 1_000;

/** CloudWatch for one run: metrics of functions and services, and the stack's alarms on them. */
export class Monitoring {
  /** Live. */
  readonly functions: readonly FunctionCounters[];
  /** Live. */
  readonly alarms: readonly AlarmCounters[];
  readonly store: MetricStore;
  /** The last changes of alarms, the oldest first. */
  readonly changes: AlarmChange[] = [];
  private readonly services: ServiceMetrics;
  private readonly watch: AlarmWatch;
  private readonly sums = new Map<string, MetricSums>();
  private readonly now: () => number;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: MonitoringOptions) {
    this.now = options.now ?? Date.now;
    const lookedAt = minutesLookedAt(options.alarms);
    const { keptMinutes = 0 } = options;
    this.store = new MetricStore((metric) => Math.max(keptMinutes, lookedAt(metric)));
    this.services = new ServiceMetrics(this.store);
    this.watch = new AlarmWatch(options.alarms, this.store);
    this.functions = options.functions.map((name) => {
      const sums = new MetricSums();
      this.sums.set(name, sums);
      return { name, metrics: sums.totals };
    });
    this.alarms = options.alarms.map((alarm) => {
      const { watch } = this;
      return {
        name: alarm.name,
        get state() {
          return watch.state(alarm);
        },
      };
    });
  }

  /** Looks at the counters and the alarms again and again until it is stopped. */
  start(counters: Counters): void {
    this.timer = setInterval(() => this.evaluate(counters), this.options.sampleMilliseconds ?? 1_000);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Takes the metrics of a function's log. */
  logged(functionName: string, lines: readonly string[]): void {
    const sums = this.sums.get(functionName);
    for (const line of lines)
      for (const embedded of readEmbeddedMetrics(line)) {
        sums?.add(embedded);
        // CloudWatch counts by the line's own time. Here the time of arrival counts, so that a replayed log rings too.
        this.store.putAll(embedded.metric, embedded.values, this.now());
      }
  }

  invoked(invocation: Invocation): void {
    this.services.invoked(invocation, this.now());
  }

  queried(query: EndedQuery): void {
    this.services.queried(query, this.now());
  }

  /** Takes what has come since the last look, and tells of the alarms that changed. */
  evaluate(counters: Counters): void {
    const now = this.now();
    this.services.sample(counters, now);
    for (const change of this.watch.evaluate(now)) {
      this.options.onChange?.(change);
      this.changes.push(change);
      if (this.changes.length > mostChanges) this.changes.shift();
      // An alarm's first OK is not worth telling.
      if (change.to === "ALARM" || change.from === "ALARM") this.options.onAlarm(describeChange(change));
    }
  }
}
