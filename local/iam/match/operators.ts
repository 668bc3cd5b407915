/**
 * Condition operators.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
const comparisons = {
  StringEquals: { compare: "text", negated: false },
  StringNotEquals: { compare: "text", negated: true },
  StringEqualsIgnoreCase: { compare: "textInAnyCase", negated: false },
  StringNotEqualsIgnoreCase: { compare: "textInAnyCase", negated: true },
  StringLike: { compare: "pattern", negated: false },
  StringNotLike: { compare: "pattern", negated: true },
  NumericEquals: { compare: "=", negated: false },
  NumericNotEquals: { compare: "=", negated: true },
  NumericLessThan: { compare: "<", negated: false },
  NumericLessThanEquals: { compare: "<=", negated: false },
  NumericGreaterThan: { compare: ">", negated: false },
  NumericGreaterThanEquals: { compare: ">=", negated: false },
  DateEquals: { compare: "date =", negated: false },
  DateNotEquals: { compare: "date =", negated: true },
  DateLessThan: { compare: "date <", negated: false },
  DateLessThanEquals: { compare: "date <=", negated: false },
  DateGreaterThan: { compare: "date >", negated: false },
  DateGreaterThanEquals: { compare: "date >=", negated: false },
  Bool: { compare: "bool", negated: false },
  BinaryEquals: { compare: "binary", negated: false },
  IpAddress: { compare: "ip", negated: false },
  NotIpAddress: { compare: "ip", negated: true },
  ArnEquals: { compare: "arn", negated: false },
  ArnLike: { compare: "arn", negated: false },
  ArnNotEquals: { compare: "arn", negated: true },
  ArnNotLike: { compare: "arn", negated: true },
  Null: { compare: "null", negated: false },
} as const;

export type Comparator = (typeof comparisons)[keyof typeof comparisons]["compare"];

export interface Operator {
  /** The operator as it is written in the policy. */
  readonly name: string;
  readonly compare: Comparator;
  readonly negated: boolean;
  /** Whether a request without the key satisfies the condition. */
  readonly ifExists: boolean;
  /** Whether all values of a multivalued key must match, or any of them. */
  readonly quantifier?: "all" | "any";
}

/** @returns undefined when there is no such operator. */
export function parseOperator(name: string): Operator | undefined {
  const [, quantifier, base = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
  if (!Object.hasOwn(comparisons, base)) return undefined;
  const { compare, negated } = comparisons[base as keyof typeof comparisons];
  if (compare === "null" && (ifExists || quantifier)) return undefined;
  return {
    name,
    compare,
    negated,
    ifExists: ifExists !== undefined,
    ...(quantifier && { quantifier: quantifier === "ForAllValues" ? "all" : "any" }),
  };
}
