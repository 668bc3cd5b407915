import type { World } from "@streaming-data-lake/aws";
import { symbols } from "@streaming-data-lake/runner/cloudwatch/alarm-watch";
import type { MetricAlarm } from "@streaming-data-lake/terraform/types";
import type { AlarmDetail } from "../api";

/** The stack's alarms, with their history in this run. */
export function alarmsOf({ stack, state, runner }: World): readonly AlarmDetail[] {
  return stack.alarms.map((alarm) => ({
    name: alarm.name,
    address: alarm.address,
    description: alarm.description,
    state: runner.counters.alarms.find(({ name }) => name === alarm.name)?.state ?? "INSUFFICIENT_DATA",
    condition: conditionOf(alarm),
    topics: (alarm.actions?.ALARM ?? []).map((arn) => arn.slice(arn.lastIndexOf(":") + 1)),
    history: state.monitoring.changes
      .filter((change) => change.alarm.name === alarm.name)
      .map(({ time, from, to, value }) => ({ time, from, to, ...(value !== undefined && { value }) })),
  }));
}

/** An alarm's condition, such as `IteratorAge >= 60000 for 1 of 1 periods of 60 s`. */
function conditionOf(alarm: MetricAlarm): string {
  const { comparison, datapointsToAlarm, evaluationPeriods, periodSeconds, queries, threshold, watches } =
    alarm;
  const watched = queries.find(({ id }) => id === watches);
  const text =
    watched && ("metric" in watched ? `${watched.statistic} of ${watched.metric.name}` : watched.expression);
  const periods = evaluationPeriods === 1 ? "period" : "periods";
  return `${text ?? watches} ${symbols[comparison]} ${threshold} for ${datapointsToAlarm} of ${evaluationPeriods} ${periods} of ${periodSeconds} s`;
}
