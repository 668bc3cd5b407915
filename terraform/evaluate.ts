import type { Expression } from "./expression";
import { functions } from "./functions";
import { isObject, toText, type Value } from "./values";

/** What an expression can refer to. */
export interface Scope {
  /**
   * The value of a reference such as `aws_s3_bucket.lake.bucket`, as far as its leading names go.
   *
   * @returns the value, and how many of the names it used up.
   * @throws Error for a reference it doesn't know.
   */
  lookup(names: readonly string[]): { readonly value: Value; readonly used: number };
}

/** @throws Error that says what can't be evaluated. */
export function evaluate(expression: Expression, scope: Scope): Value {
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
      const value = evaluate(expression.of, scope);
      const items = Array.isArray(value) ? (value as readonly Value[]) : value === null ? [] : [value];
      return items.map((item) => expression.names.reduce(member, item));
    }
    case "call":
      return call(expression.name, expression.args, scope);
    case "unary": {
      const operand = evaluate(expression.operand, scope);
      return expression.operator === "!" ? operand !== true : -Number(toText(operand));
    }
    case "binary":
      return binary(expression.operator, evaluate(expression.left, scope), () =>
        evaluate(expression.right, scope),
      );
    case "if":
      return evaluate(expression.test, scope) === true
        ? evaluate(expression.then, scope)
        : evaluate(expression.else, scope);
  }
}

/** A dotted reference is looked up as a whole, since only the scope knows where a resource's address ends. */
function reference(expression: Expression, scope: Scope): Value {
  const steps: (string | Value)[] = [];
  let base = expression;
  while (base.kind === "attribute" || base.kind === "index") {
    steps.unshift(base.kind === "attribute" ? base.name : evaluate(base.key, scope));
    base = base.of;
  }
  if (base.kind !== "root") return steps.reduce<Value>(member, evaluate(base, scope));
  const names = [base.name, ...steps.map((step) => toText(step))];
  const { value, used } = scope.lookup(names);
  return names.slice(used).reduce<Value>(member, value);
}

function member(value: Value, key: Value): Value {
  const name = toText(key);
  if (Array.isArray(value)) {
    const item = (value as readonly Value[])[Number(name)];
    if (item === undefined) throw new Error(`there is no element ${name}`);
    return item;
  }
  // A nested block is a list for Terraform, also when it is written as one object.
  if (isObject(value) && value[name] === undefined && name === "0") return value;
  if (!isObject(value) || value[name] === undefined) throw new Error(`there is no "${name}"`);
  return value[name];
}

function call(name: string, args: readonly Expression[], scope: Scope): Value {
  if (name === "try") {
    for (const arg of args.slice(0, -1)) {
      try {
        return evaluate(arg, scope);
      } catch {
        // The next argument is what "try" falls back on.
      }
    }
    const last = args.at(-1);
    return last ? evaluate(last, scope) : null;
  }
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!known) throw new Error(`the function ${name} is not supported`);
  return known(...args.map((arg) => evaluate(arg, scope)));
}

function binary(operator: string, left: Value, right: () => Value): Value {
  if (operator === "&&") return left === true && right() === true;
  if (operator === "||") return left === true || right() === true;
  if (operator === "==") return JSON.stringify(left) === JSON.stringify(right());
  if (operator === "!=") return JSON.stringify(left) !== JSON.stringify(right());
  const a = Number(toText(left));
  const b = Number(toText(right()));
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}
