import { isObject } from "@streaming-data-lake/terraform/values";

export type EventPattern = Readonly<Record<string, unknown>>;

/**
 * Whether an event is what a pattern asks for. Mappings of Lambda and subscriptions of SNS share the syntax:
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
    // Of a list in the event one element has to match.
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return rule.some((test) => values.some((one) => accepts(test, one)));
  });
}

function accepts(test: unknown, value: unknown): boolean {
  if (!isObject(test)) return test === value;
  return Object.entries(test).every(([operator, operand]) => {
    switch (operator) {
      case "prefix":
        return typeof value === "string" && value.startsWith(String(operand));
      case "suffix":
        return typeof value === "string" && value.endsWith(String(operand));
      case "equals-ignore-case":
        return typeof value === "string" && value.toLowerCase() === String(operand).toLowerCase();
      case "exists":
        return (value !== undefined) === operand;
      case "anything-but":
        return value !== undefined && ![operand].flat().some((not) => accepts(not, value));
      case "numeric":
        return Array.isArray(operand) && typeof value === "number" && isWithin(value, operand);
      default:
        return false;
    }
  });
}

/** `[">", 0, "<=", 5]` */
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
