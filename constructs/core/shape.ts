import { type Limit, rangeOf } from "@streaming-data-lake/rules/limits";
import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { lineOf, Problems } from "./problems";

/**
 * The values that a prop accepts. TypeScript refuses all others; these checks are for JavaScript and for casts.
 *
 * If a prop has a default, a wrong value is reported at synthesis, together with all other problems. If it has none,
 * nothing can be created without it, so the error is thrown immediately.
 */
export interface Shape {
  /** What the value must be, as the error message says it. */
  readonly rule: string;
  readonly optional?: true;
  readonly decisive?: true;
  /**
   * Returns the value to use, {@link refused} if it is of another kind, or {@link broken} if one of its parts is wrong.
   */
  read(value: unknown, prop: string, findings: Finding[]): unknown;
}

/** A shape for every prop of `P`. */
export type Shapes<P> = { readonly [prop in keyof Required<P>]: Shape };

interface Finding {
  readonly prop: string;
  readonly value: unknown;
  readonly rule: string;
}

const refused = Symbol("refused");
const broken = Symbol("broken");

function shape(rule: string, holds: (value: unknown) => boolean): Shape {
  return { rule, read: (value) => (holds(value) ? value : refused) };
}

/** A prop that can be omitted. */
export function optional(required: Shape): Shape {
  return { ...required, optional: true };
}

/** A prop that can be omitted, but on which so much depends that a wrong value is an error immediately. */
export function decisive(required: Shape): Shape {
  return { ...optional(required), decisive: true };
}

/** Text, or a value that only Terraform knows. */
export const text: Shape = {
  rule: "text",
  read: (value) =>
    typeof value === "string" ? value : Token.isUnresolved(value) ? Token.asString(value) : refused,
};

/** A number, or a value that only Terraform knows. */
export function number(limit?: Limit): Shape {
  return {
    rule: limit ? rangeOf(limit) : "a number",
    read: (value) =>
      Number.isFinite(value) ? value : Token.isUnresolved(value) ? Token.asNumber(value) : refused,
  };
}

/** A boolean that decides what is created, so its value must be known at synthesis. */
export const flag = shape("true or false, known at the synth", (value) => typeof value === "boolean");

export const anyObject = shape("objects", isPlain);

export function oneOf(...values: readonly (string | boolean)[]): Shape {
  return shape(values.map((value) => JSON.stringify(value)).join(" or "), (value) =>
    values.some((one) => one === value),
  );
}

/** An object that has these attributes, each of them text. */
export function having(rule: string, ...attributes: readonly string[]): Shape {
  return shape(
    rule,
    (value) =>
      typeof value === "object" &&
      value !== null &&
      attributes.every(
        (attribute) => attribute in value && typeof Reflect.get(value, attribute) === "string",
      ),
  );
}

export function instance(rule: string, kind: abstract new (...args: never[]) => unknown): Shape {
  return shape(rule, (value) => value instanceof kind);
}

/** A value that at least one of these shapes accepts. The first of them that does so reads it. */
export function either(rule: string, ...shapes: readonly Shape[]): Shape {
  return {
    rule,
    read: (value, prop, findings) => {
      for (const one of shapes) {
        const read = one.read(value, prop, findings);
        if (read !== refused) return read;
      }
      return refused;
    },
  };
}

export function list(element: Shape): Shape {
  return {
    rule: `a list, known at the synth, of ${element.rule}`,
    read: (value, prop, findings) => {
      if (!Array.isArray(value) || Token.isUnresolved(value)) return refused;
      const elements = value.map((one, index) => readPart(element, one, `${prop}.${index}`, findings));
      return elements.includes(broken) ? broken : elements;
    },
  };
}

/** An object with any names, whose values all have the same shape. */
export function record(element: Shape): Shape {
  return {
    rule: `an object, known at the synth, of ${element.rule} by name`,
    read: (value, prop, findings) => {
      if (!isPlain(value) || Token.isUnresolved(value)) return refused;
      const entries = Object.entries(value).map(([name, one]) => [
        name,
        readPart(element, one, `${prop}.${name}`, findings),
      ]);
      return entries.some(([, one]) => one === broken) ? broken : Object.fromEntries(entries);
    },
  };
}

export function object<P>(shapes: Shapes<P>, rule = "an object"): Shape {
  const known = Object.entries<Shape>(shapes);
  const names = known.map(([name]) => name).join(", ");
  return {
    rule: `${rule} of ${names}`,
    read: (value, at, findings) => {
      if (!isPlain(value) || Token.isUnresolved(value)) return refused;
      const within = at === "" ? "" : `${at}.`;
      for (const [name, one] of Object.entries(value))
        if (!(name in shapes) && one !== undefined)
          findings.push({
            prop: within + name,
            value: one,
            rule: `there is no such prop; there are ${names}`,
          });
      const parts = known.map(([name, one]) => [
        name,
        readPart(one, Reflect.get(value, name), within + name, findings),
      ]);
      if (parts.some(([, one]) => one === broken)) return broken;
      return Object.fromEntries(parts.filter(([, one]) => one !== undefined));
    },
  };
}

/** An object in which the value of one prop decides which other props there are. */
export function variant(prop: string, shapes: Readonly<Record<string, Shape>>): Shape {
  const choice = oneOf(...Object.keys(shapes));
  return {
    rule: "an object",
    read: (value, at, findings) => {
      if (!isPlain(value)) return refused;
      const chosen = Reflect.get(value, prop);
      const taken = readPart(choice, chosen, `${at}.${prop}`, findings);
      return taken === broken ? broken : shapes[String(chosen)]?.read(value, at, findings);
    },
  };
}

function readPart(one: Shape, value: unknown, prop: string, findings: Finding[]): unknown {
  if (value === undefined && one.optional) return undefined;
  const read = one.read(value, prop, findings);
  if (read !== refused) return read;
  findings.push({ prop, value, rule: `must be ${one.rule}` });
  return one.optional && !one.decisive ? undefined : broken;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !("node" in value);
}

/**
 * The props to use. A wrong value of a prop with a default is left out, so that the default is used.
 *
 * @param path The path under which problems are reported. @default - the scope's path
 * @throws Error when a prop without a default is wrong.
 */
export function shaped<P extends object>(
  scope: IConstruct,
  props: P,
  shapes: Shapes<P>,
  path = scope.node.path,
): P {
  const findings: Finding[] = [];
  const read = readPart(object(shapes), props, "", findings);
  if (read === broken)
    throw new Error(
      findings.map(({ prop, value, rule }) => `${path}: ${lineOf(prop || "props", value, rule)}`).join("\n"),
    );
  if (findings.length > 0)
    Problems.check(scope, (problems) => {
      for (const { prop, value, rule } of findings) problems.add(prop, value, rule);
    });
  return read as P;
}

/** The path that a construct will have. */
export function pathIn({ node }: IConstruct, id: string): string {
  return node.path === "" ? id : `${node.path}/${id}`;
}
