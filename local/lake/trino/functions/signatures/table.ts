import { cached } from "../../../cached";
import type { FunctionKind } from "../contract";
import { type Constraint, constraints, variadic } from "./constraints";
import { parsePattern, splitTypes, type TypePattern, variablesOf } from "./pattern";
import { signatures } from "./signatures";

/** A signature of a function. */
export interface Signature {
  readonly name: string;
  readonly kind: FunctionKind;
  readonly deterministic: boolean;
  /** The signature as Trino's errors write it, such as `concat(array(E), E)`. */
  readonly text: string;
  readonly parameters: readonly TypePattern[];
  readonly returns: TypePattern;
  /** The type variables in their order of appearance, with their constraints. */
  readonly variables: readonly { readonly name: string; readonly constraint?: Constraint }[];
  readonly variadic: boolean;
}

const kinds: Readonly<Record<string, FunctionKind>> = {
  s: "scalar",
  v: "scalar",
  a: "aggregate",
  w: "window",
};

const lines: ReadonlyMap<string, readonly string[]> = index();

/** The signatures of a function by its name in lower case. Undefined when Trino has no function of that name. */
export const signaturesOf: (name: string) => readonly Signature[] | undefined = cached((name) =>
  lines.get(name)?.map(parse),
);

/** The names of all functions, sorted. */
export const functionNames = (): string[] => [...lines.keys()].sort();

function index(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of signatures.trim().split("\n")) {
    const name = line.slice(2, line.indexOf("("));
    const others = found.get(name);
    if (others) others.push(line);
    else found.set(name, [line]);
  }
  return found;
}

function parse(line: string): Signature {
  const name = line.slice(2, line.indexOf("("));
  const close = closing(line, name.length + 2);
  const text = line.slice(2, close + 1);
  const parameters = splitTypes(line.slice(name.length + 3, close)).map(parsePattern);
  const constraint = constraints.get(name) ?? {};
  return {
    name,
    kind: kinds[line[0] ?? ""] ?? "scalar",
    deterministic: line[0] !== "v",
    text,
    parameters,
    returns: parsePattern(line.slice(close + 2)),
    variables: variablesOf(parameters).map((variable) => ({
      name: variable,
      constraint: constraint[variable],
    })),
    variadic: variadic.has(text),
  };
}

function closing(line: string, open: number): number {
  let depth = 0;
  for (let at = open; at < line.length; at += 1) {
    if (line[at] === "(") depth += 1;
    if (line[at] === ")") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  throw new Error(`a signature without an end: ${line}`);
}

/** The signature as Trino's errors list it, such as `array_max(array(t)) T:orderable`. */
export const signatureText = ({ text, variables }: Signature): string =>
  variables.length === 0
    ? text
    : `${text} ${variables.map(({ name, constraint }) => (constraint ? `${name}:${constraint}` : name)).join(", ")}`;
