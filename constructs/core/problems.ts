import { Token } from "cdktf";
import type { IConstruct } from "constructs";

/** Props that AWS would refuse, all of them at once: one line each, `<construct path>: <prop> is <value>: <rule>`. */
export class InvalidPropsError extends Error {
  override readonly name = "InvalidPropsError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/**
 * Collects what is wrong with a construct's props.
 *
 * Values that are known only to Terraform (unresolved tokens) pass every check.
 */
export class Problems {
  private constructor(
    private readonly path: string,
    private readonly prefix: string,
    private readonly found: string[],
  ) {}

  /** Runs the checks of a construct and throws one {@link InvalidPropsError} for all that they found. */
  static check(scope: IConstruct, checks: (problems: Problems) => void): void {
    const found: string[] = [];
    checks(new Problems(scope.node.path, "", found));
    if (found.length > 0) throw new InvalidPropsError(found);
  }

  /** The same collection, for the props nested in `prop`. */
  at(prop: string): Problems {
    return new Problems(this.path, `${this.prefix}${prop}.`, this.found);
  }

  add(prop: string, value: unknown, rule: string): void {
    this.found.push(`${this.path}: ${this.prefix}${prop} is ${shown(value)}: ${rule}`);
  }

  /** Reports `prop` unless `holds`, or when its value is not known yet. */
  require(prop: string, value: unknown, holds: boolean, rule: string): void {
    if (!holds && !Token.isUnresolved(value)) this.add(prop, value, rule);
  }

  /** A whole number of `unit` within the bounds; absent values pass. */
  integer(prop: string, value: number | undefined, minimum: number, maximum: number, unit: string): void {
    if (value === undefined) return;
    const holds = Number.isInteger(value) && value >= minimum && value <= maximum;
    this.require(prop, value, holds, `must be a whole number of ${unit} from ${minimum} to ${maximum}`);
  }

  /** A name of AWS's length and characters; absent values pass. */
  name(prop: string, value: string | undefined, pattern: RegExp, rule: string): void {
    if (value !== undefined) this.require(prop, value, pattern.test(value), `must be ${rule}`);
  }

  /** An existing part or the props of a new one, never both. */
  exclusive(prop: string, value: unknown, otherProp: string, otherValue: unknown): void {
    if (value !== undefined && otherValue !== undefined)
      this.found.push(
        `${this.path}: ${this.prefix}${prop} and ${otherProp} are both given: give one of them`,
      );
  }
}

function shown(value: unknown): string {
  return typeof value === "object" && value !== null && "node" in value
    ? "a construct"
    : JSON.stringify(value);
}
