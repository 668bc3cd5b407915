import type { MetricAlarm } from "@streaming-data-lake/terraform/types";
import type { AlarmCounters, Counters, FunctionCounters } from "../counters";
import { type AlarmChange, AlarmWatch, describeChange, minutesLookedAt } from "./alarm-watch";
import { readEmbeddedMetrics } from "./embedded-metrics";
import { MetricStore } from "./metric-store";
import { MetricSums } from "./metric-sums";
import { type EndedQuery, type Invocation, ServiceMetrics } from "./service-metrics";

export interface MonitoringOptions {
  readonly alarms: readonly MetricAlarm[];
  /** Names of the functions that are run. */
  readonly functions: readonly string[];
  /** Called with one line of text when an alarm starts or stops. */
  readonly onAlarm: (message: string) => void;
  /** Called for each change of an alarm's state, to perform the alarm's actions. @default - nothing is done */
  readonly onChange?: (change: AlarmChange) => void;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /**
   * Interval at which counters and alarms are evaluated. AWS evaluates them once a minute; a shorter interval saves
   * learners the wait. Milliseconds.
   * @default 1000
   */
  readonly sampleMilliseconds?: number;
  /** How long metrics that no alarm uses are kept, for clients that query them. Minutes. @default 0 */
  readonly keptMinutes?: number;
}

const mostChanges = 1_000;

/** CloudWatch for one run: the metrics of functions and services, and the stack's alarms. */
export class Monitoring {
  /** Counters of the functions. They change as the run goes on. */
  readonly functions: readonly FunctionCounters[];
  /** Counters of the alarms. They change as the run goes on. */
  readonly alarms: readonly AlarmCounters[];
  readonly store: MetricStore;
  /** The most recent changes of alarms, oldest first. */
  readonly changes: AlarmChange[] = [];
  private readonly services: ServiceMetrics;
  private readonly watch: AlarmWatch;
  private readonly sums = new Map<string, MetricSums>();
  private readonly now: () => number;
  private timer: NodeJS.Timeout | undefined;
  /** Lines of functions' logs that have not been searched for metrics yet. */
  private readonly unread: { readonly functionName: string; readonly lines: readonly string[] }[] = [];

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

  /** Evaluates counters and alarms at intervals until it is stopped. */
  start(counters: Counters): void {
    this.timer = setInterval(() => this.evaluate(counters), this.options.sampleMilliseconds ?? 1_000);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Records the metrics that are embedded in a function's log. It takes no time now, when the function is waited for. */
  logged(functionName: string, lines: readonly string[]): void {
    if (this.unread.length === 0) setImmediate(() => this.readLogs());
    this.unread.push({ functionName, lines });
  }

  private readLogs(): void {
    for (const { functionName, lines } of this.unread.splice(0)) this.read(functionName, lines);
  }

  private read(functionName: string, lines: readonly string[]): void {
    const sums = this.sums.get(functionName);
    for (const line of lines)
      for (const embedded of readEmbeddedMetrics(line)) {
        sums?.add(embedded);
        // CloudWatch uses the timestamp in the line. Here the time of arrival is used, so that alarms also work for old
        // logs that are replayed.
        this.store.putAll(embedded.metric, embedded.values, this.now());
      }
  }

  invoked(invocation: Invocation): void {
    this.services.invoked(invocation, this.now());
  }

  queried(query: EndedQuery): void {
    this.services.queried(query, this.now());
  }

  /** Records what has happened since the last evaluation, and reports alarms that have changed. */
  evaluate(counters: Counters): void {
    this.readLogs();
    const now = this.now();
    this.services.sample(counters, now);
    for (const change of this.watch.evaluate(now)) {
      this.options.onChange?.(change);
      this.changes.push(change);
      if (this.changes.length > mostChanges) this.changes.shift();
      // The transition from INSUFFICIENT_DATA to OK is not worth reporting.
      if (change.to === "ALARM" || change.from === "ALARM") this.options.onAlarm(describeChange(change));
    }
  }
}
