import type { Metric, MetricAlarm } from "@streaming-data-lake/terraform/types";
import { type AlarmState, breaches, nextState, sparePeriods } from "./alarm-state";
import { metricKey } from "./metric-key";
import { evaluateExpression, type MathSeries } from "./metric-math";
import { type MetricStore, periodStarts } from "./metric-store";

export interface Datapoint {
  readonly value: number;
  /** Start of the period. Milliseconds since 1970. */
  readonly start: number;
}

/** A change of an alarm's state. */
export interface AlarmChange {
  readonly alarm: MetricAlarm;
  readonly from: AlarmState;
  readonly to: AlarmState;
  /** The latest datapoint that was compared; undefined when all datapoints were missing. */
  readonly value: number | undefined;
  /** The datapoints that were compared, latest first. */
  readonly datapoints: readonly Datapoint[];
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Evaluates alarms against the metrics in a store. An alarm starts in the state INSUFFICIENT_DATA, as on AWS. */
export class AlarmWatch {
  readonly #states = new Map<MetricAlarm, AlarmState>();

  constructor(
    readonly alarms: readonly MetricAlarm[],
    private readonly store: MetricStore,
  ) {}

  state(alarm: MetricAlarm): AlarmState {
    return this.#states.get(alarm) ?? "INSUFFICIENT_DATA";
  }

  /** Evaluates all alarms and returns those whose state has changed. */
  evaluate(now: number): AlarmChange[] {
    return this.alarms.flatMap((alarm) => {
      const { periodSeconds, evaluationPeriods } = alarm;
      const starts = periodStarts(now, periodSeconds, evaluationPeriods + sparePeriods);
      const range = this.#range(alarm, starts);
      const from = this.state(alarm);
      const to = nextState(alarm, range, from);
      if (to === from) return [];
      this.#states.set(alarm, to);
      const known = range.flatMap((value, at) =>
        value === undefined ? [] : [{ value, start: starts[at] ?? now }],
      );
      const breaching = to === "ALARM" && known.findLast((one) => breaches(alarm, one.value));
      const { value } = breaching || known.at(-1) || {};
      const datapoints = known.slice(-evaluationPeriods).toReversed();
      return [{ alarm, from, to, value, datapoints, time: now }];
    });
  }

  #range(alarm: MetricAlarm, starts: readonly number[]): readonly (number | undefined)[] {
    const { periodSeconds, queries, watches } = alarm;
    const series = new Map<string, MathSeries>();
    for (const query of queries)
      if ("metric" in query)
        series.set(query.id, this.store.datapoints(query.metric, query.statistic, periodSeconds, starts));
    const pending = queries.filter((query) => "expression" in query);
    // An expression may refer to others, so each is evaluated once the ones that it refers to are known.
    for (let left = pending.length; left > 0; left--)
      for (const { id, expression } of pending)
        if (!series.has(id)) {
          const value = evaluateExpression(expression, series, starts.length);
          if (value) series.set(id, value);
        }
    return series.get(watches) ?? starts.map(() => undefined);
  }
}

/** The number of minutes for which alarms need a metric; 0 for a metric that no alarm uses. */
export function minutesLookedAt(alarms: readonly MetricAlarm[]): (metric: Metric) => number {
  const minutes = new Map<string, number>();
  for (const { periodSeconds, evaluationPeriods, queries } of alarms)
    for (const query of queries)
      if ("metric" in query) {
        const key = metricKey(query.metric);
        const looked = Math.ceil(periodSeconds / 60) * (evaluationPeriods + sparePeriods);
        minutes.set(key, Math.max(looked, minutes.get(key) ?? 0));
      }
  return (metric) => minutes.get(metricKey(metric)) ?? 0;
}

/** The comparison operators as symbols. */
export const symbols = {
  GreaterThanOrEqualToThreshold: ">=",
  GreaterThanThreshold: ">",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "<=",
} as const;

/** A change as one line, such as `ALARM dead-letters: 4 >= 1`. */
export function describeChange({ alarm, to, value }: AlarmChange): string {
  const text = value === undefined ? "no data" : String(Number(value.toPrecision(6)));
  const condition =
    to === "ALARM" ? `${text} ${symbols[alarm.comparison]} ${alarm.threshold}` : `was ${text}`;
  return to === "ALARM" ? `ALARM ${alarm.name}: ${condition}` : `${to} ${alarm.name}`;
}
