import { cached } from "@streaming-data-lake/lake/cached";
import { formatByPattern, parseJavaPattern } from "./dates/java-pattern";
import { zonedTime } from "./dates/zoned-time";

export interface PrefixValues {
  /** Arrival of the oldest record in the object. */
  readonly timestamp: Date;
  readonly timeZone: string;
  /** The kind of error, such as `format-conversion-failed`, for an error prefix. */
  readonly errorOutputType?: string;
  /** Returns the eleven characters for a `!{firehose:random-string}`. */
  readonly randomString: () => string;
  /** The partition keys of dynamic partitioning, such as `partitionKeyFromQuery:customer`. */
  readonly partitionKeys?: ReadonlyMap<string, string>;
}

const expression = /!\{([^:}]*):([^}]*)\}/g;

/**
 * Evaluates the expressions of a prefix. A prefix without expressions gets `yyyy/MM/dd/HH/` appended. An error prefix
 * without expressions gets the kind of error before that.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */
export function evaluatePrefix(prefix: string, values: PrefixValues): string {
  const time = (pattern: string) => formatPrefixTime(pattern, values.timestamp, values.timeZone);
  const { errorOutputType, partitionKeys } = values;
  if (!prefix.includes("!{"))
    return `${prefix}${errorOutputType ? `${errorOutputType}/` : ""}${time("yyyy/MM/dd/HH/")}`;
  return prefix.replace(expression, (whole, namespace: string, name: string) => {
    if (namespace === "timestamp") return time(name);
    if (namespace !== "firehose") return partitionKeys?.get(`${namespace}:${name}`) ?? whole;
    if (name === "random-string") return values.randomString();
    return name === "error-output-type" && errorOutputType ? errorOutputType : whole;
  });
}

/** The partition keys that a prefix refers to, such as `partitionKeyFromQuery:customer`. */
export const partitionKeysIn = (prefix: string): readonly string[] =>
  [...prefix.matchAll(expression)].flatMap(([, namespace = "", name = ""]) =>
    namespace.startsWith("partitionKeyFrom") ? [`${namespace}:${name}`] : [],
  );

/** What a prefix may contain besides times and random strings. */
export interface PrefixRules {
  /** Whether it is an error prefix. */
  readonly isError: boolean;
  /** Namespaces of the available partition keys. */
  readonly partitionKeys: readonly ("partitionKeyFromQuery" | "partitionKeyFromLambda")[];
}

/**
 * The reason why Firehose would refuse a prefix; undefined when it accepts it.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */
export function prefixProblem(prefix: string, { isError, partitionKeys }: PrefixRules): string | undefined {
  const hasExpression = prefix.includes("!{");
  if (prefix.replace(expression, "").includes("!{")) return "has an expression that does not end";
  for (const [whole, namespace = "", name = ""] of prefix.matchAll(expression)) {
    const problem = expressionProblem(namespace, name, { isError, partitionKeys });
    if (problem) return `has ${whole}: ${problem}`;
  }
  if (isError && hasExpression && !prefix.includes("!{firehose:error-output-type}"))
    return "has an expression, and then it must have !{firehose:error-output-type} too";
  return undefined;
}

function expressionProblem(namespace: string, name: string, rules: PrefixRules): string | undefined {
  if (namespace === "timestamp") {
    try {
      parseJavaPattern(name);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
  if (namespace === "firehose") {
    const known = rules.isError ? ["random-string", "error-output-type"] : ["random-string"];
    return known.includes(name) ? undefined : `it must be one of firehose:${known.join(", firehose:")}`;
  }
  if (rules.partitionKeys.some((known) => known === namespace)) return undefined;
  return namespace.startsWith("partitionKeyFrom")
    ? "there are no such partition keys: it takes dynamic partitioning and the processor that finds them"
    : `the namespace ${namespace} is unknown`;
}

const patternOf = cached(parseJavaPattern);

/** Formats a time by a pattern of Java's DateTimeFormatter. @throws Error for a pattern that Java refuses. */
export const formatPrefixTime = (pattern: string, time: Date, timeZone: string): string =>
  formatByPattern(patternOf(pattern), zonedTime(time.getTime(), timeZone));
