import { BlockList, isIP } from "node:net";
import type { ConditionElement } from "../policy/document";
import type { CallContext } from "./context";
import type { Comparator } from "./operators";
import { arnPattern, glob, parsePolicyTemplate, plainText, resolve, type TemplatePart } from "./template";

/** Whether a request's context satisfies a condition. */
export type ConditionTest = (context: CallContext) => boolean;

/** @param variables Whether the policy's version supports variables. */
export function compileCondition(condition: ConditionElement, variables: boolean): ConditionTest {
  const { operator, key, values } = condition;
  const { compare, negated, ifExists, quantifier } = operator;
  if (compare === "null") {
    const absences = values.map((value) => value.toLowerCase() === "true");
    return (context) => absences.includes(isNull(context.get(key)));
  }
  const known = variables && knowVariables.has(compare);
  const matchers = values.map((value) => matcherOf(compare, parsePolicyTemplate(value, known)));
  return (context) => {
    const found = context.get(key);
    if (quantifier === "all" && isNull(found)) return true;
    if (found === undefined || (quantifier && found.length === 0)) {
      if (ifExists) return true;
      return quantifier === "any" ? false : negated;
    }
    const equals = (value: string) => matchers.some((matches) => matches(value, context));
    const holds = (value: string) => equals(value) !== negated;
    if (quantifier === "all") return found.every(holds);
    if (quantifier === "any") return found.some(holds);
    return negated ? !found.some(equals) : found.some(equals);
  };
}

/**
 * The comparisons that support variables. Values of other comparisons, such as numbers and dates, are taken literally.
 */
const knowVariables: ReadonlySet<Comparator> = new Set(["text", "textInAnyCase", "pattern", "arn", "bool"]);

/**
 * Whether a key is missing. A key without a value counts as missing.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition_examples-multi-valued-context-keys.html
 */
function isNull(values: readonly string[] | undefined): boolean {
  return values === undefined || values.every((value) => value === "");
}

type Matcher = (value: string, context: CallContext) => boolean;

/** Compiles the comparison with a value. A value with variables has to be compiled again for each request. */
function matcherOf(compare: Exclude<Comparator, "null">, tokens: readonly TemplatePart[]): Matcher {
  if (!tokens.some(({ kind }) => kind === "variable")) return testOf(compare, tokens);
  return (value, context) => {
    const known = resolve(tokens, context);
    return known !== undefined && testOf(compare, known)(value);
  };
}

type Test = (value: string) => boolean;

function testOf(compare: Exclude<Comparator, "null">, tokens: readonly TemplatePart[]): Test {
  const text = plainText(tokens);
  switch (compare) {
    case "text":
      return (value) => value === text;
    case "textInAnyCase":
      return (value) => value.toLowerCase() === text.toLowerCase();
    case "pattern":
      return matching(glob(tokens));
    case "arn":
      return matching(arnPattern(tokens, false));
    case "bool":
      return (value) => value.toLowerCase() === text.toLowerCase();
    case "binary":
      return (value) => Buffer.from(value, "base64").equals(Buffer.from(text, "base64"));
    case "ip":
      return addressTest(text);
    default:
      return compare.startsWith("date ")
        ? ordered(compare.slice(5), toTime(text), toTime)
        : ordered(compare, toNumber(text), toNumber);
  }
}

const matching =
  (pattern: RegExp): Test =>
  (value) =>
    pattern.test(value);

/** Compares ordered values. A value that is not a number or a date satisfies no comparison. */
function ordered(sign: string, right: number, read: (text: string) => number): Test {
  return (value) => {
    const left = read(value);
    switch (sign) {
      case "=":
        return left === right;
      case "<":
        return left < right;
      case "<=":
        return left <= right;
      case ">":
        return left > right;
      default:
        return left >= right;
    }
  };
}

const toNumber = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));

/** Parses an ISO 8601 date, or seconds since 1970. @returns milliseconds since 1970 */
function toTime(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) && text.length > 4 ? Number(text) * 1000 : Date.parse(text);
}

function addressTest(range: string): Test {
  const [address = "", bits] = range.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const length = bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits);
  const list = new BlockList();
  try {
    list.addSubnet(address, length, family);
  } catch {
    return () => false;
  }
  return (value) => isIP(value) !== 0 && list.check(value, isIP(value) === 6 ? "ipv6" : "ipv4");
}
