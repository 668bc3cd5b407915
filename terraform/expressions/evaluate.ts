import { isObject, numberOf, toText, type Value } from "../values";
import { BigFloat } from "./big-float";
import { elementName, type ForExpression, type TerraformExpression } from "./expression";
import { bool, entriesOf, exactNumber, isEqual } from "./functions/arguments";
import { functions, refused } from "./functions/index";
import { parseTemplate } from "./parse";

/** The names that an expression can refer to. */
export interface EvaluationScope {
  /**
   * Looks up a reference such as `aws_s3_bucket.lake.bucket`, using as many of its leading names as possible.
   *
   * @returns the value, and the number of names that were used.
   * @throws Error for an unknown reference.
   */
  lookup(names: readonly string[]): { readonly value: Value; readonly used: number };
  /** Folder that the paths in functions such as `file` are relative to. */
  readonly folder: string;
}

/** A scope with additional names, such as the iterator of a `dynamic` block. */
export function withNames(scope: EvaluationScope, names: Readonly<Record<string, Value>>): EvaluationScope {
  return {
    folder: scope.folder,
    lookup: (path) => {
      const [first = ""] = path;
      return Object.hasOwn(names, first) ? { value: names[first] ?? null, used: 1 } : scope.lookup(path);
    },
  };
}

/** @throws Error that says what can't be evaluated. */
export function evaluate(expression: TerraformExpression, scope: EvaluationScope): Value {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "template":
      return expression.parts.map((part) => toText(evaluate(part, scope))).join("");
    case "list":
      return expression.items.map((item) => evaluate(item, scope));
    case "object":
      return Object.fromEntries(
        expression.entries.map(([key, value]) => [toText(evaluate(key, scope)), evaluate(value, scope)]),
      );
    case "root":
    case "attribute":
    case "index":
      return reference(expression, scope);
    case "splat": {
      const value = evaluate(expression.target, scope);
      const items = Array.isArray(value) ? (value as readonly Value[]) : value === null ? [] : [value];
      return items.map((item) => evaluate(expression.each, withNames(scope, { [elementName]: item })));
    }
    case "for":
      return forEach(expression, scope);
    case "call":
      return call(expression, scope);
    case "unary": {
      const operand = evaluate(expression.operand, scope);
      return expression.operator === "!" ? !bool(operand) : negated(operand);
    }
    case "binary":
      return binary(expression.operator, evaluate(expression.left, scope), evaluate(expression.right, scope));
    case "if":
      return condition(expression, scope);
  }
}

/** Evaluates a conditional. Both results are converted to the same type, so that `true ? 1 : "a"` is the string "1". */
function condition(expression: TerraformExpression & { kind: "if" }, scope: EvaluationScope): Value {
  const test = bool(evaluate(expression.test, scope));
  const chosen = evaluate(test ? expression.then : expression.else, scope);
  if (typeof chosen !== "number" && typeof chosen !== "boolean" && !(chosen instanceof BigFloat))
    return chosen;
  try {
    const other = evaluate(test ? expression.else : expression.then, scope);
    return typeof other === "string" ? toText(chosen) : chosen;
  } catch {
    return chosen;
  }
}

/**
 * Evaluates a reference. All of its names are looked up together, because only the scope knows where a resource's
 * address ends.
 */
function reference(expression: TerraformExpression, scope: EvaluationScope): Value {
  const steps: Value[] = [];
  let base = expression;
  while (base.kind === "attribute" || base.kind === "index") {
    steps.unshift(base.kind === "attribute" ? base.name : evaluate(base.key, scope));
    base = base.target;
  }
  if (base.kind !== "root") return steps.reduce<Value>(member, evaluate(base, scope));
  const names = [base.name, ...steps.map((step) => toText(step))];
  const { value, used } = scope.lookup(names);
  return names.slice(used).reduce<Value>(member, value);
}

function member(value: Value, key: Value): Value {
  const name = toText(key);
  if (Array.isArray(value)) {
    const item = /^\d+$/.test(name) ? (value as readonly Value[])[Number(name)] : undefined;
    if (item === undefined) throw new Error(`there is no element ${name}`);
    return item;
  }
  // Terraform treats a nested block as a list, even when it is written as a single object.
  if (isObject(value) && !Object.hasOwn(value, name) && name === "0") return value;
  if (!isObject(value) || !Object.hasOwn(value, name)) throw new Error(`there is no "${name}"`);
  return value[name] ?? null;
}

function forEach(expression: ForExpression, scope: EvaluationScope): Value {
  const results: [string, Value][] = [];
  const list: Value[] = [];
  for (const [key, value] of entriesOf(evaluate(expression.in, scope))) {
    const inner = withNames(scope, {
      [expression.value]: value,
      ...(expression.key !== undefined && { [expression.key]: key }),
    });
    if (expression.test && !bool(evaluate(expression.test, inner))) continue;
    const result = evaluate(expression.then, inner);
    if (expression.name) results.push([toText(evaluate(expression.name, inner)), result]);
    else list.push(result);
  }
  if (!expression.name) return list;
  const object = new Map<string, Value>();
  for (const [key, value] of results) {
    const before = object.get(key);
    if (!expression.group && before !== undefined) throw new Error(`the key "${key}" comes twice`);
    object.set(key, expression.group ? [...((before as readonly Value[] | undefined) ?? []), value] : value);
  }
  return Object.fromEntries(object);
}

function call(
  { name, args: written, expand }: TerraformExpression & { kind: "call" },
  scope: EvaluationScope,
): Value {
  const args = expand ? expanded(written, scope) : written;
  if (name === "try") return firstOf(args, scope);
  if (name === "can") {
    if (args.length !== 1) throw new Error("the function can takes 1 argument");
    try {
      evaluate(args[0] as TerraformExpression, scope);
      return true;
    } catch {
      return false;
    }
  }
  if (name === "templatefile") return templateFile(args, scope);
  if (name === "templatestring") return templateString(args, scope);
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const refusal = Object.hasOwn(refused, name) ? refused[name] : undefined;
  if (refusal) throw new Error(`the function ${name} is not evaluated here: ${refusal}`);
  if (!known) throw new Error(`the function ${name} is not supported`);
  const values = args.map((arg) => evaluate(arg, scope));
  const [least, most = Number.POSITIVE_INFINITY] = known.arity;
  if (values.length < least || values.length > most)
    throw new Error(`the function ${name} takes ${least === most ? "" : "at least "}${least} arguments`);
  return known.call(values, scope);
}

/** The arguments, with the elements of the last one in its place. */
function expanded(args: readonly TerraformExpression[], scope: EvaluationScope): TerraformExpression[] {
  const values = evaluate(args.at(-1) ?? { kind: "literal", value: null }, scope);
  if (!Array.isArray(values)) throw new Error("only a list can be expanded with ...");
  return [
    ...args.slice(0, -1),
    ...(values as readonly Value[]).map((value) => ({ kind: "literal", value }) as const),
  ];
}

/** https://developer.hashicorp.com/terraform/language/functions/templatefile */
function templateFile(args: readonly TerraformExpression[], scope: EvaluationScope): Value {
  const [path, names = null] = args.map((arg) => evaluate(arg, scope));
  if (args.length !== 2 || !isObject(names))
    throw new Error("the function templatefile takes a path and an object of names");
  const text = toText(functions.file?.call([path ?? null], scope) ?? null);
  try {
    return evaluate(parseTemplate(text), only(names, scope));
  } catch (error) {
    throw new Error(`the template ${toText(path ?? null)}: ${(error as Error).message}`);
  }
}

/** https://developer.hashicorp.com/terraform/language/functions/templatestring */
function templateString(args: readonly TerraformExpression[], scope: EvaluationScope): Value {
  const [template] = args;
  if (template?.kind !== "root" && template?.kind !== "attribute" && template?.kind !== "index")
    throw new Error("the function templatestring takes a reference to a template");
  const [text, names = null] = args.map((arg) => evaluate(arg, scope));
  if (args.length !== 2 || !isObject(names))
    throw new Error("the function templatestring takes a template and an object of names");
  return toText(evaluate(parseTemplate(toText(text ?? null)), only(names, scope)));
}

/** A scope with only the given names. */
function only(names: Readonly<Record<string, Value>>, { folder }: EvaluationScope): EvaluationScope {
  return {
    folder,
    lookup: ([first = ""]) => {
      if (!Object.hasOwn(names, first)) throw new Error(`it was given no "${first}"`);
      return { value: names[first] ?? null, used: 1 };
    },
  };
}

function firstOf(args: readonly TerraformExpression[], scope: EvaluationScope): Value {
  for (const arg of args) {
    try {
      return evaluate(arg, scope);
    } catch {
      // "try" continues with its next argument.
    }
  }
  throw new Error("no argument of try can be evaluated");
}

function binary(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    // Both sides must be booleans: nothing is left out.
    case "&&":
      return [bool(left), bool(right)].every(Boolean);
    case "||":
      return [bool(left), bool(right)].some(Boolean);
    case "==":
      return isEqual(left, right);
    case "!=":
      return !isEqual(left, right);
    case "<":
      return exactNumber(left).compare(exactNumber(right)) < 0;
    case "<=":
      return exactNumber(left).compare(exactNumber(right)) <= 0;
    case ">":
      return exactNumber(left).compare(exactNumber(right)) > 0;
    case ">=":
      return exactNumber(left).compare(exactNumber(right)) >= 0;
    default:
      return numberOf(arithmetic(operator, exactNumber(left), exactNumber(right)));
  }
}

const negated = (value: Value): Value => numberOf(exactNumber(value).negated());

function arithmetic(operator: string, a: BigFloat, b: BigFloat): BigFloat {
  if (operator === "/" && b.compare(BigFloat.zero) === 0) throw new Error("division by zero");
  switch (operator) {
    case "+":
      return a.plus(b);
    case "-":
      return a.plus(b.negated());
    case "*":
      return a.times(b);
    case "/":
      return a.dividedBy(b);
    default:
      return a.modulo(b);
  }
}
