import type { EventComparison } from "@streaming-data-lake/terraform/resources/event-pattern";
import { isObject } from "@streaming-data-lake/terraform/values";

export type EventPattern = Readonly<Record<string, unknown>>;

/**
 * Whether an event matches a pattern. Lambda's event source mappings and SNS's subscriptions share the syntax:
 *
 * - https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
 * - https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, rule]) => {
    if (key === "$or" && Array.isArray(rule))
      return rule.some((choice) => isObject(choice) && matchesPattern(choice, event));
    const value = isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined;
    if (isObject(rule)) return matchesPattern(rule, value);
    if (!Array.isArray(rule)) return false;
    // When the event has a list, one of its elements has to match.
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return rule.some((test) => values.some((one) => accepts(test, one)));
  });
}

function accepts(test: unknown, value: unknown): boolean {
  if (!isObject(test)) return test === value;
  return Object.entries(test).every(([operator, operand]) =>
    holds[operator as EventComparison]?.(operand, value),
  );
}

/** Whether a value satisfies a comparison with an operand. */
const holds: Readonly<Record<EventComparison, (operand: unknown, value: unknown) => boolean>> = {
  "anything-but": (operand, value) =>
    value !== undefined && ![operand].flat().some((not) => accepts(not, value)),
  "equals-ignore-case": (operand, value) =>
    typeof value === "string" && value.toLowerCase() === String(operand).toLowerCase(),
  exists: (operand, value) => (value !== undefined) === operand,
  numeric: (operand, value) =>
    Array.isArray(operand) && typeof value === "number" && isWithin(value, operand),
  prefix: (operand, value) => typeof value === "string" && value.startsWith(String(operand)),
  suffix: (operand, value) => typeof value === "string" && value.endsWith(String(operand)),
};

/** Whether a number is in a range such as `[">", 0, "<=", 5]`. */
function isWithin(value: number, range: readonly unknown[]): boolean {
  for (let at = 0; at < range.length; at += 2) {
    const bound = Number(range[at + 1]);
    const holds = {
      "=": value === bound,
      "<": value < bound,
      "<=": value <= bound,
      ">": value > bound,
      ">=": value >= bound,
    }[String(range[at])];
    if (!holds) return false;
  }
  return true;
}
