import { isObject, numberOf, type Value } from "../values";
import { evaluate } from "./evaluate";
import type { TerraformExpression } from "./expression";
import { bool, exactNumber, list, object, setOf, text, unify } from "./functions/arguments";
import { parseTerraform } from "./parse";

/** The type of a variable: https://developer.hashicorp.com/terraform/language/expressions/type-constraints */
export type TypeConstraint =
  | { readonly kind: "string" | "number" | "bool" | "any" }
  | { readonly kind: "list" | "set" | "map"; readonly element: TypeConstraint }
  | { readonly kind: "tuple"; readonly elements: readonly TypeConstraint[] }
  | { readonly kind: "object"; readonly attributes: Readonly<Record<string, Attribute>> };

interface Attribute {
  readonly type: TypeConstraint;
  readonly optional: boolean;
  readonly fallback: Value;
}

/** @throws Error when the expression is not a valid type. */
export function parseConstraint(written: string): TypeConstraint {
  return typeOf(parseTerraform(written));
}

function typeOf(expression: TerraformExpression): TypeConstraint {
  if (expression.kind === "root") {
    const { name } = expression;
    if (name === "string" || name === "number" || name === "bool" || name === "any") return { kind: name };
    if (name === "list" || name === "map") return { kind: name, element: { kind: "any" } };
  }
  if (expression.kind === "call" && expression.args.length === 1) {
    const {
      name,
      args: [first],
    } = expression;
    if (first && (name === "list" || name === "set" || name === "map"))
      return { kind: name, element: typeOf(first) };
    if (first?.kind === "list" && name === "tuple")
      return { kind: "tuple", elements: first.items.map(typeOf) };
    if (first?.kind === "object" && name === "object")
      return {
        kind: "object",
        attributes: Object.fromEntries(
          first.entries.map(([key, type]) => [String(evaluate(key, noScope)), attributeOf(type)]),
        ),
      };
  }
  throw new Error("the type of a variable must be a type such as string or list(string)");
}

function attributeOf(expression: TerraformExpression): Attribute {
  const isOptional = expression.kind === "call" && expression.name === "optional";
  const [type, fallback, more] = isOptional ? expression.args : [expression];
  if (!type || more) throw new Error("optional takes a type, and a default at most");
  return {
    type: typeOf(type),
    optional: isOptional,
    fallback: fallback ? evaluate(fallback, noScope) : null,
  };
}

const noScope = {
  folder: ".",
  lookup: (names: readonly string[]): never => {
    throw new Error(`${names.join(".")} is not known in a type`);
  },
};

/** Converts a value to a type. @throws Error when the value does not fit. */
export function convertTo(type: TypeConstraint, value: Value): Value {
  if (value === null) return null;
  switch (type.kind) {
    case "any":
      return value;
    case "string":
      return text(value);
    case "number":
      return numberOf(exactNumber(value));
    case "bool":
      return bool(value);
    case "list":
      return unify(list(value).map((item) => convertTo(type.element, item)));
    case "set":
      return setOf(list(value).map((item) => convertTo(type.element, item)));
    case "map": {
      const map = object(value);
      const items = unify(Object.values(map).map((item) => convertTo(type.element, item)));
      return Object.fromEntries(Object.keys(map).map((key, at) => [key, items[at] ?? null]));
    }
    case "tuple": {
      const items = list(value);
      if (items.length !== type.elements.length)
        throw new Error(`${type.elements.length} elements are required`);
      return items.map((item, at) => convertTo(type.elements[at] ?? { kind: "any" }, item));
    }
    case "object":
      return objectTo(type.attributes, value);
  }
}

function objectTo(attributes: Readonly<Record<string, Attribute>>, value: Value): Value {
  if (!isObject(value)) throw new Error("an object is required");
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, optional, fallback }]) => {
      if (!Object.hasOwn(value, name) && !optional) throw new Error(`the attribute "${name}" is required`);
      return [name, convertTo(type, value[name] ?? fallback)];
    }),
  );
}
