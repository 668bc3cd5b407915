import type { GlueColumn } from "@streaming-data-lake/terraform/types";
import { invalidInput } from "./tables";

type Test = (values: readonly string[]) => boolean;
type Operand = (values: readonly string[]) => string | number;

/** A quoted text, a number, a word, or an operator. */
const token =
  /\s*(?:('(?:[^']|'')*'|"(?:[^"]|"")*")|(-?\d+(?:\.\d+)?(?![\w.]))|([A-Za-z_]\w*)|(<>|!=|<=|>=|[=<>(),]))/y;

const numeric = /^(tinyint|smallint|int|integer|bigint|long|float|double|decimal)/i;

/**
 * Parses the expression of GetPartitions: comparisons of partition keys, AND, OR, NOT, IN, BETWEEN, LIKE and IS NULL.
 *
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html#Glue-GetPartitions-request-Expression
 *
 * @throws AwsError InvalidInputException when the expression is not valid.
 */
export function partitionFilter(expression: string | undefined, keys: readonly GlueColumn[]): Test {
  if (expression === undefined || expression.trim() === "") return () => true;
  return new FilterParser(expression, keys).parse();
}

class FilterParser {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(
    private readonly expression: string,
    private readonly keys: readonly GlueColumn[],
  ) {
    token.lastIndex = 0;
    while (token.lastIndex < expression.trimEnd().length) {
      const found = token.exec(expression);
      if (!found) throw this.unreadable();
      this.tokens.push(found[0].trim());
    }
  }

  parse(): Test {
    const test = this.or();
    if (this.at < this.tokens.length) throw this.unreadable();
    return test;
  }

  private or(): Test {
    let test = this.and();
    while (this.takes("OR")) {
      const [left, right] = [test, this.and()];
      test = (values) => left(values) || right(values);
    }
    return test;
  }

  private and(): Test {
    let test = this.not();
    while (this.takes("AND")) {
      const [left, right] = [test, this.not()];
      test = (values) => left(values) && right(values);
    }
    return test;
  }

  private not(): Test {
    if (this.takes("NOT")) {
      const test = this.not();
      return (values) => !test(values);
    }
    if (this.takes("(")) {
      const test = this.or();
      this.expect(")");
      return test;
    }
    return this.comparison();
  }

  private comparison(): Test {
    const left = this.operand();
    if (this.takes("IS")) {
      const isNot = this.takes("NOT");
      this.expect("NULL");
      return (values) => (left(values) === "__HIVE_DEFAULT_PARTITION__") !== isNot;
    }
    const isNot = this.takes("NOT");
    const test = this.membership(left) ?? (isNot ? undefined : this.sign(left));
    if (!test) throw this.unreadable();
    return isNot ? (values) => !test(values) : test;
  }

  private membership(left: Operand): Test | undefined {
    if (this.takes("IN")) {
      this.expect("(");
      const items = [this.operand()];
      while (this.takes(",")) items.push(this.operand());
      this.expect(")");
      return (values) => items.some((item) => compare(left(values), item(values)) === 0);
    }
    if (this.takes("BETWEEN")) {
      const low = this.operand();
      this.expect("AND");
      const high = this.operand();
      return (values) => compare(left(values), low(values)) >= 0 && compare(left(values), high(values)) <= 0;
    }
    if (this.takes("LIKE")) {
      const pattern = this.operand();
      return (values) => likeness(String(pattern(values))).test(String(left(values)));
    }
    return undefined;
  }

  private sign(left: Operand): Test | undefined {
    const sign = this.tokens[this.at++];
    const right = this.operand();
    const by =
      (test: (order: number) => boolean): Test =>
      (values) =>
        test(compare(left(values), right(values)));
    switch (sign) {
      case "=":
        return by((order) => order === 0);
      case "<>":
      case "!=":
        return by((order) => order !== 0);
      case "<":
        return by((order) => order < 0);
      case "<=":
        return by((order) => order <= 0);
      case ">":
        return by((order) => order > 0);
      case ">=":
        return by((order) => order >= 0);
      default:
        return undefined;
    }
  }

  private operand(): Operand {
    const text = this.tokens[this.at++];
    if (text === undefined) throw this.unreadable();
    if (text.startsWith("'") || (text.startsWith('"') && this.indexOf(text.slice(1, -1)) < 0)) {
      const [mark = ""] = text;
      const plain = text.slice(1, -1).replaceAll(mark + mark, mark);
      return () => plain;
    }
    if (/^-?\d/.test(text)) return () => Number(text);
    const name = text.replace(/^"|"$/g, "");
    // A literal such as DATE '2024-01-15' is compared as its text.
    if (/^(date|timestamp)$/i.test(name) && this.tokens[this.at]?.startsWith("'")) return this.operand();
    const index = this.indexOf(name);
    if (index < 0)
      throw invalidInput(`Unsupported expression '${this.expression}': ${name} is not a partition key`);
    return numeric.test(this.keys[index]?.type ?? "")
      ? (values) => Number(values[index])
      : (values) => values[index] ?? "";
  }

  private indexOf(name: string): number {
    return this.keys.findIndex((key) => key.name.toLowerCase() === name.toLowerCase());
  }

  private takes(word: string): boolean {
    const isIt = this.tokens[this.at]?.toUpperCase() === word;
    if (isIt) this.at += 1;
    return isIt;
  }

  private expect(word: string): void {
    if (!this.takes(word)) throw this.unreadable();
  }

  private unreadable() {
    return invalidInput(`Unsupported expression '${this.expression}'`);
  }
}

function compare(a: string | number, b: string | number): number {
  const [left, right] = typeof a === typeof b ? [a, b] : [Number(a), Number(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

const likeness = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll("%", ".*")
      .replaceAll("_", ".")}$`,
    "s",
  );
