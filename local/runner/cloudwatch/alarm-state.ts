import type { AlarmRule } from "@streaming-data-lake/terraform/types";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** Number of additional periods before the evaluation periods. Their datapoints replace missing ones. */
export const sparePeriods = 2;

export function breaches({ comparison, threshold }: AlarmRule, value: number): boolean {
  switch (comparison) {
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "GreaterThanThreshold":
      return value > threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
  }
}

/**
 * The next state of an alarm. Missing datapoints are treated as CloudWatch treats them:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * @param range Datapoints of the evaluation range, earliest first: those of the additional periods and of the
 *   evaluation periods; undefined for a period without one.
 * @param current The current state.
 */
export function nextState(
  rule: AlarmRule,
  range: readonly (number | undefined)[],
  current: AlarmState,
): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule;
  const known = range.filter((value) => value !== undefined).slice(-evaluationPeriods);
  const breaching = known.filter((value) => breaches(rule, value)).length;
  const missing = evaluationPeriods - known.length;
  if (breaching >= datapointsToAlarm) return "ALARM";
  if (treatMissingData === "breaching") return breaching + missing >= datapointsToAlarm ? "ALARM" : "OK";
  if (treatMissingData === "notBreaching") return "OK";
  if (known.length === 0) return treatMissingData === "missing" ? "INSUFFICIENT_DATA" : current;
  // One datapoint that does not breach, or a full set of datapoints, is enough to know that the alarm is off.
  if (breaching < known.length || missing === 0) return "OK";
  if (treatMissingData === "ignore") return current;
  const evaluated = range.slice(-evaluationPeriods);
  const age = evaluated.length - evaluated.findIndex((value) => value !== undefined);
  return evaluated.some((value) => value !== undefined) && age >= datapointsToAlarm ? "ALARM" : current;
}
