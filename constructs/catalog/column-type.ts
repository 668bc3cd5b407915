import { hiveTypeMaxima, plainHiveTypes } from "@streaming-data-lake/rules/hive-types";

/**
 * What is wrong with a Hive type, which Glue, Firehose and Athena must all accept; undefined when it is valid. The
 * names of Hive's types are in lower case.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export function problemOfType(type: string): string | undefined {
  return new TypeParser(type).parse();
}

/**
 * A field's name in a struct. Upper case is refused, because Athena would change it to lower case and Glue would not.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
 */
const fieldName = /^[a-z0-9_]{1,255}$/;

const listed =
  "boolean, tinyint, smallint, int, bigint, float, double, decimal(p,s), char(n), varchar(n), string, binary, date, timestamp, array<…>, map<…,…> or struct<name:type,…>";

class TypeParser {
  private at = 0;
  private problem: string | undefined;

  constructor(private readonly text: string) {}

  parse(): string | undefined {
    this.type();
    if (this.at < this.text.length) this.fail(`has ${JSON.stringify(this.text.slice(this.at))} at its end`);
    return this.problem;
  }

  private fail(problem: string): void {
    this.problem ??= problem;
    this.at = this.text.length;
  }

  private type(): void {
    const word = this.take(/[A-Za-z]+/y);
    if (plainHiveTypes.has(word)) return;
    if (word === "decimal") this.decimal();
    else if (word === "char") this.length(hiveTypeMaxima.charLength);
    else if (word === "varchar") this.length(hiveTypeMaxima.varcharLength);
    else if (word === "array") this.nested(() => this.type());
    else if (word === "map") this.nested(() => this.map());
    else if (word === "struct") this.nested(() => this.fields());
    else this.fail(`must be ${listed}`);
  }

  private decimal(): void {
    if (!this.accept("(")) return;
    const precision = this.number();
    const scale = this.accept(",") ? this.number() : 0;
    this.expect(")");
    if (!(precision >= 1 && precision <= hiveTypeMaxima.decimalPrecision && scale <= precision))
      this.fail(
        `must have a precision from 1 to ${hiveTypeMaxima.decimalPrecision}, and a scale from 0 to the precision`,
      );
  }

  private length(most: number): void {
    this.expect("(");
    const length = this.number();
    this.expect(")");
    if (!(length >= 1 && length <= most)) this.fail(`must have a length from 1 to ${most}`);
  }

  private map(): void {
    if (/(?:array|map|struct)</y.test(this.text.slice(this.at)))
      this.fail("must have map keys of a type without parts, such as map<string,…>");
    this.type();
    this.expect(",");
    this.type();
  }

  private fields(): void {
    const seen = new Set<string>();
    do {
      const name = this.take(/[^:,<>]*/y);
      if (!fieldName.test(name))
        this.fail(
          `has a field ${JSON.stringify(name)}; fields are named by lower-case letters, digits and _`,
        );
      if (seen.has(name)) this.fail(`has two fields "${name}"`);
      seen.add(name);
      this.expect(":");
      this.type();
    } while (this.accept(","));
  }

  private nested(inside: () => void): void {
    this.expect("<");
    inside();
    this.expect(">");
  }

  private number(): number {
    return Number(this.take(/\d+/y) || Number.NaN);
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ""] = pattern.exec(this.text) ?? [];
    this.at += found.length;
    return found;
  }

  private accept(sign: string): boolean {
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  private expect(sign: string): void {
    if (!this.accept(sign)) this.fail(`must be ${listed}`);
  }
}
