import { isInOrder } from "../../../types/orders";
import { JsonNumber } from "../../../types/text/json";
import { Fields, type JsonDocument } from "../document";
import {
  type Amount,
  amount,
  arithmetic,
  compareAmounts,
  doubleOf,
  isNegative,
  jsonNumberOf,
  negated,
  PathError,
  rounded,
  typeName,
} from "./numbers";
import type { JsonPath, Path, PathSubscript, Predicate } from "./syntax";

interface Scope {
  readonly lax: boolean;
  readonly context: JsonDocument;
  readonly named: ReadonlyMap<string, JsonDocument>;
  readonly current?: JsonDocument;
  readonly last?: number;
}

/** Returns the items to which a path leads. @throws PathError */
export function evaluatePath(
  { lax, root }: JsonPath,
  context: JsonDocument,
  named: ReadonlyMap<string, JsonDocument>,
): JsonDocument[] {
  return items(root, { lax, context, named });
}

const isArray = (value: JsonDocument): value is readonly JsonDocument[] => Array.isArray(value);

/** In lax mode, an array is replaced by its elements. */
const unwrapped = (values: readonly JsonDocument[], { lax }: Scope): JsonDocument[] =>
  lax ? values.flatMap((value) => (isArray(value) ? value : [value])) : [...values];

function items(path: Path, scope: Scope): JsonDocument[] {
  switch (path.kind) {
    case "context":
      return [scope.context];
    case "current":
      return scope.current === undefined ? [] : [scope.current];
    case "last":
      if (scope.last === undefined)
        throw new PathError("accessing the last array index with no enclosing array");
      return [jsonNumberOf(BigInt(scope.last))];
    case "named": {
      const value = scope.named.get(path.name);
      if (value === undefined) throw new PathError(`no value passed for parameter ${path.name}`);
      return [value];
    }
    case "literal":
      return [path.value];
    case "binary":
      return [arithmetic(path.operator, single(path.left, scope), single(path.right, scope))];
    case "unary":
      return unwrapped(items(path.base, scope), scope).map((value) =>
        jsonNumberOf(path.operator === "-" ? negated(amount(value)) : amount(value)),
      );
    case "member":
      return members(path.key, unwrapped(items(path.base, scope), scope), scope);
    case "descendants":
      return items(path.base, scope).flatMap((value) => descendants(value, path.key));
    case "elements":
      return items(path.base, scope).flatMap((value) => elements(path.subscripts, value, scope));
    case "filter":
      return unwrapped(items(path.base, scope), scope).filter(
        (current) => holds(path.predicate, { ...scope, current }) === true,
      );
    case "method":
      return method(path.name, items(path.base, scope), scope);
  }
}

const wrongItem = (expected: "ARRAY" | "OBJECT", value: JsonDocument): PathError =>
  new PathError(
    `structural error: invalid item type. Expected: ${expected}, actual: ${typeName(value).toUpperCase()}`,
  );

function members(key: string | undefined, values: readonly JsonDocument[], { lax }: Scope): JsonDocument[] {
  return values.flatMap((value) => {
    if (!(value instanceof Fields)) {
      if (lax) return [];
      throw wrongItem("OBJECT", value);
    }
    if (key === undefined) return value.entries.map(([, item]) => item);
    const found = value.entries.filter(([name]) => name === key).map(([, item]) => item);
    if (found.length === 0 && !lax)
      throw new PathError(`structural error: missing member '${key}' in JSON object`);
    return found;
  });
}

function descendants(value: JsonDocument, key: string): JsonDocument[] {
  if (isArray(value)) return value.flatMap((item) => descendants(item, key));
  if (!(value instanceof Fields)) return [];
  return [
    ...value.entries.filter(([name]) => name === key).map(([, item]) => item),
    ...value.entries.flatMap(([, item]) => descendants(item, key)),
  ];
}

function elements(
  subscripts: readonly PathSubscript[] | undefined,
  value: JsonDocument,
  scope: Scope,
): JsonDocument[] {
  if (!isArray(value) && !scope.lax) throw wrongItem("ARRAY", value);
  const list = isArray(value) ? value : [value];
  if (subscripts === undefined) return [...list];
  const inside = { ...scope, last: list.length - 1 };
  return subscripts.flatMap(({ from, to }) => {
    const start = index(from, inside);
    const end = to === undefined ? start : index(to, inside);
    if (!scope.lax && (start < 0 || end >= list.length || start > end))
      throw new PathError(
        `structural error: invalid array subscript: [${start}, ${end}] for array of size ${list.length}`,
      );
    return list.slice(Math.max(0, start), end + 1);
  });
}

function index(path: Path, scope: Scope): number {
  return Math.trunc(doubleOf(single(path, scope)));
}

/** The value of an operand, which has to be a single number. */
function single(path: Path, scope: Scope): Amount {
  const values = unwrapped(items(path, scope), scope);
  const [value] = values;
  if (value === undefined || values.length > 1) throw new PathError("operand must be a singleton numeric");
  return amount(value);
}

function method(name: string, values: readonly JsonDocument[], scope: Scope): JsonDocument[] {
  if (name === "type") return values.map(typeName);
  if (name === "size")
    return values.map((value) => {
      if (!isArray(value) && !scope.lax) throw wrongItem("ARRAY", value);
      return jsonNumberOf(BigInt(isArray(value) ? value.length : 1));
    });
  const list = unwrapped(values, scope);
  switch (name) {
    case "abs":
      return list.map((value) => {
        const number = amount(value);
        return jsonNumberOf(isNegative(number) ? negated(number) : number);
      });
    case "ceiling":
      return list.map((value) => jsonNumberOf(rounded(amount(value), true)));
    case "floor":
      return list.map((value) => jsonNumberOf(rounded(amount(value), false)));
    case "double":
      return list.map((value) => {
        const number = typeof value === "string" ? Number(value) : doubleOf(amount(value));
        if (Number.isNaN(number)) throw new PathError(`cannot cast ${typeName(value)} to double`);
        return jsonNumberOf(number);
      });
    case "keyvalue":
      return list.flatMap((value, id) => {
        if (!(value instanceof Fields)) throw wrongItem("OBJECT", value);
        return value.entries.map(
          ([key, item]) =>
            new Fields([
              ["name", key],
              ["value", item],
              ["id", jsonNumberOf(BigInt(id))],
            ]),
        );
      });
    default:
      throw new PathError(`method ${name}() is not supported`);
  }
}

/** Whether a predicate is true. Undefined when the result is unknown. */
function holds(predicate: Predicate, scope: Scope): boolean | undefined {
  switch (predicate.kind) {
    case "and": {
      const [left, right] = [holds(predicate.left, scope), holds(predicate.right, scope)];
      return left === false || right === false ? false : left && right;
    }
    case "or": {
      const [left, right] = [holds(predicate.left, scope), holds(predicate.right, scope)];
      return left === true || right === true ? true : left === undefined ? left : right;
    }
    case "not": {
      const base = holds(predicate.base, scope);
      return base === undefined ? undefined : !base;
    }
    case "isUnknown":
      return holds(predicate.base, scope) === undefined;
    case "exists":
      return tried(() => items(predicate.path, scope).length > 0);
    case "compare":
      return tried(() =>
        pairs(
          unwrapped(items(predicate.left, scope), scope),
          unwrapped(items(predicate.right, scope), scope),
          scope,
          (left, right) => compare(predicate.operator, left, right),
        ),
      );
    case "startsWith":
      return tried(() =>
        pairs(
          unwrapped(items(predicate.value, scope), scope),
          items(predicate.start, scope),
          scope,
          (value, start) =>
            typeof value === "string" && typeof start === "string" ? value.startsWith(start) : undefined,
        ),
      );
  }
}

/** The result of a test. A path that fails makes the predicate unknown. */
function tried(test: () => boolean | undefined): boolean | undefined {
  try {
    return test();
  } catch (error) {
    if (error instanceof PathError) return undefined;
    throw error;
  }
}

/** Whether a test is true for any pair. In strict mode, one unknown pair makes the result unknown. */
function pairs(
  left: readonly JsonDocument[],
  right: readonly JsonDocument[],
  { lax }: Scope,
  test: (left: JsonDocument, right: JsonDocument) => boolean | undefined,
): boolean | undefined {
  let found = false;
  let unknown = false;
  for (const a of left)
    for (const b of right) {
      const result = test(a, b);
      if (result === undefined) {
        if (!lax) return undefined;
        unknown = true;
      } else if (result) {
        if (lax) return true;
        found = true;
      }
    }
  if (found) return true;
  return unknown ? undefined : false;
}

function compare(operator: string, left: JsonDocument, right: JsonDocument): boolean | undefined {
  const order = orderOf(left, right);
  if (order === undefined) return undefined;
  if (order === "different") return operator === "<>" || operator === "!=";
  return isInOrder(order, operator === "==" ? "=" : operator === "!=" ? "<>" : (operator as "<"));
}

function orderOf(left: JsonDocument, right: JsonDocument): number | "different" | undefined {
  if (left === null || right === null) return left === right ? 0 : "different";
  if (left instanceof JsonNumber && right instanceof JsonNumber) {
    return compareAmounts(amount(left), amount(right));
  }
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  return undefined;
}
