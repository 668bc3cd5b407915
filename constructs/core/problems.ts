import { inspect } from "node:util";
import { type Limit, rangeOf } from "@streaming-data-lake/rules/limits";
import { TerraformStack, Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { isAttached } from "./made-here";

/** For each app and subject, the constructs that have received the value, in the order in which they were created. */
const checkedSubjects = new WeakMap<IConstruct, Map<string, IConstruct[]>>();

/**
 * Collects what is wrong with a construct's props: one line each, `<prop> is <value>: <rule>`.
 *
 * Values that are known only to Terraform (unresolved tokens) pass every check.
 */
export class Problems {
  private constructor(
    private readonly prefix: string,
    private readonly found: string[],
  ) {}

  /**
   * Runs the checks when the app is synthesized. One synth reports the problems of all constructs, each with the
   * construct's path, and writes nothing.
   */
  static check(scope: IConstruct, checks: (problems: Problems) => void): void {
    tellOfOtherStacks(scope);
    scope.node.addValidation({
      validate: () => {
        const found: string[] = [];
        checks(new Problems("", found));
        return found;
      },
    });
  }

  /**
   * Runs checks like {@link check}, for a value that a user gives once and several constructs receive. Only the first
   * of these constructs that has not been removed checks it.
   *
   * @param subject Identifies the value: equal values have equal subjects.
   */
  static checkOnce(scope: IConstruct, subject: string, checks: (problems: Problems) => void): void {
    const { root } = scope.node;
    const subjects = checkedSubjects.get(root) ?? new Map<string, IConstruct[]>();
    checkedSubjects.set(root, subjects);
    const handed = subjects.get(subject) ?? [];
    subjects.set(subject, handed);
    if (handed.includes(scope)) return;
    handed.push(scope);
    Problems.check(scope, (problems) => {
      if (handed.find(isAttached) === scope) checks(problems);
    });
  }

  /** A view of this collection for the props that are nested in `prop`. */
  at(prop: string): Problems {
    return new Problems(`${this.prefix}${prop}.`, this.found);
  }

  add(prop: string, value: unknown, rule: string): void {
    this.found.push(lineOf(`${this.prefix}${prop}`, value, rule));
  }

  /** Reports `prop` unless `holds` is true. A value that is not known yet is not reported. */
  require(prop: string, value: unknown, holds: boolean, rule: string): void {
    if (!holds && !Token.isUnresolved(value)) this.add(prop, value, rule);
  }

  /** Checks that a value is a whole number within a limit. An absent value passes. */
  integer(prop: string, value: number | undefined, limit: Limit): void {
    if (value === undefined) return;
    const holds = Number.isInteger(value) && value >= limit.minimum && value <= limit.maximum;
    this.require(prop, value, holds, `must be ${rangeOf(limit)}`);
  }

  /** Checks a name's length and characters. An absent name passes. @returns Whether the name passes. */
  name(prop: string, value: string | undefined, pattern: RegExp, rule: string): boolean {
    const holds = value === undefined || Token.isUnresolved(value) || pattern.test(value);
    if (!holds) this.add(prop, value, `must be ${rule}`);
    return holds;
  }

  /** Checks that at most one of two props is given, such as an existing part or the props of a new one. */
  exclusive(prop: string, value: unknown, otherProp: string, otherValue: unknown): void {
    if (value !== undefined && otherValue !== undefined)
      this.found.push(`${this.prefix}${prop} and ${otherProp} are both given: give one of them`);
  }
}

/** The problems of all constructs at and below `scope`, one line each: `<construct path>: <prop> is <value>: <rule>`. */
export function problemsOf(scope: IConstruct): string[] {
  return found(scope).map(({ path, problem }) => `${path}: ${problem}`);
}

/** Apps whose problems are being listed, stack by stack. */
const listed = new WeakSet<IConstruct>();

function found(scope: IConstruct): { path: string; problem: string }[] {
  const { root } = scope.node;
  const outermost = !listed.has(root);
  listed.add(root);
  try {
    return scope.node
      .findAll()
      .flatMap(({ node }) => node.validate().map((problem) => ({ path: node.path, problem })));
  } finally {
    if (outermost) listed.delete(root);
  }
}

const tellers = new WeakSet<TerraformStack>();

/** CDKTF stops at the first stack that has problems, so that stack also reports those of the others. */
function tellOfOtherStacks({ node }: IConstruct): void {
  const stack = node.scopes.find((scope) => TerraformStack.isStack(scope));
  if (!stack || tellers.has(stack)) return;
  tellers.add(stack);
  stack.node.addValidation({
    validate: () => {
      if (listed.has(node.root) || found(stack).length === 0) return [];
      const others = node.root.node
        .findAll()
        .filter((other) => TerraformStack.isStack(other) && other !== stack);
      const lines = others.flatMap(found).map(({ path, problem }) => `[${path}] ${problem}`);
      return lines.length === 0 ? [] : [["other stacks have problems as well:", ...lines].join("\n    ")];
    },
  });
}

export function lineOf(prop: string, value: unknown, rule: string): string {
  return `${prop} is ${shown(value)}: ${rule}`;
}

function shown(value: unknown): string {
  if (Construct.isConstruct(value)) return value.node.path;
  if (typeof value === "function") return "a function";
  if (Token.isUnresolved(value)) return "a value that only Terraform knows";
  // JSON has no NaN and no bigint, so numbers are written as text.
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  try {
    return JSON.stringify(value, (_, part) => (Construct.isConstruct(part) ? part.node.path : part));
  } catch {
    // JSON can't express this value, because it refers to itself or contains a bigint.
    return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  }
}
