import { isObject } from "../values";

/** The supported comparisons. Lambda's event source mappings have no others. */
const comparisons = ["anything-but", "equals-ignore-case", "exists", "numeric", "prefix", "suffix"] as const;

export type EventComparison = (typeof comparisons)[number];

const isComparison = (operator: string): operator is EventComparison =>
  comparisons.some((one) => one === operator);

/**
 * Why AWS would refuse an event pattern, or why it is not supported here; undefined when it is fine.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function patternProblem(pattern: Readonly<Record<string, unknown>>): string | undefined {
  for (const [key, rule] of Object.entries(pattern)) {
    const problem = key === "$or" ? choiceProblem(rule) : ruleProblem(key, rule);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function choiceProblem(choices: unknown): string | undefined {
  if (!Array.isArray(choices) || !choices.every(isObject)) return '"$or" must be a list of patterns';
  return choices.map(patternProblem).find((problem) => problem !== undefined);
}

function ruleProblem(key: string, rule: unknown): string | undefined {
  if (isObject(rule)) return patternProblem(rule);
  if (!Array.isArray(rule) || rule.length === 0)
    return `"${key}" must be a list of what matches, not ${JSON.stringify(rule)}`;
  const other = rule
    .filter(isObject)
    .flatMap(operatorsOf)
    .find((operator) => !isComparison(operator));
  return other === undefined
    ? undefined
    : `"${key}" must be compared by one of ${comparisons.join(", ")}, not by ${other}`;
}

const operatorsOf = (test: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(test).flatMap(([operator, operand]) => [
    operator,
    ...(operator === "anything-but" && isObject(operand) ? operatorsOf(operand) : []),
  ]);
