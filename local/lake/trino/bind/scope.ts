import { errorAt, type TextPosition } from "../types/errors";
import type { Expr } from "./tree";

/** What names can refer to at one place of a statement. */
export interface Scope {
  readonly fields: readonly ScopeField[];
  /**
   * The enclosing scope: that of the query that contains a subquery, or that of the expression that contains a lambda.
   */
  readonly parent?: Scope;
  /** The parameters of a lambda hide the names of the enclosing scopes. */
  readonly kind: "relation" | "lambda";
}

export interface ScopeField {
  readonly name: string | undefined;
  /** The parts of the relation's name in lower case. The last part is the table or its alias. */
  readonly qualifier: readonly string[];
  readonly expr: Expr;
  /** Marks the column as read. */
  readonly use?: () => void;
  /** Whether `*` leaves out the field. */
  readonly hidden?: boolean;
}

/** Returns a field's expression and marks its column as read. */
export function take(field: ScopeField): Expr {
  field.use?.();
  return field.expr;
}

export const relationScope = (fields: readonly ScopeField[], parent?: Scope): Scope => ({
  kind: "relation",
  fields,
  ...(parent && { parent }),
});

const isOf = (field: ScopeField, qualifier: readonly string[]): boolean => {
  if (qualifier.length > field.qualifier.length) return false;
  const offset = field.qualifier.length - qualifier.length;
  return qualifier.every((part, index) => part === field.qualifier[offset + index]);
};

/** The fields of a scope that match a name such as `x` or `t.x`. Enclosing scopes are not searched. */
export function fieldsNamed(scope: Scope, parts: readonly string[]): readonly ScopeField[] {
  const fields = byName(scope).get(parts.at(-1)?.toLowerCase() ?? "") ?? [];
  const qualifier = parts.slice(0, -1).map((part) => part.toLowerCase());
  return fields.filter((field) => isOf(field, qualifier));
}

const indexes = new WeakMap<Scope, ReadonlyMap<string, readonly ScopeField[]>>();

/** The fields of a scope by their names in lower case. Scopes of several wide tables are searched for each name. */
function byName(scope: Scope): ReadonlyMap<string, readonly ScopeField[]> {
  const known = indexes.get(scope);
  if (known) return known;
  const index = new Map<string, ScopeField[]>();
  for (const field of scope.fields) {
    if (field.name === undefined) continue;
    const name = field.name.toLowerCase();
    const fields = index.get(name);
    if (fields) fields.push(field);
    else index.set(name, [field]);
  }
  indexes.set(scope, index);
  return index;
}

/** The fields of `t.*`. */
export const fieldsOf = (scope: Scope, qualifier: readonly string[]): ScopeField[] =>
  scope.fields.filter((field) =>
    isOf(
      field,
      qualifier.map((part) => part.toLowerCase()),
    ),
  );

/**
 * The field to which a name refers, searched from the innermost scope outwards.
 *
 * @throws TrinoError AMBIGUOUS_NAME when several fields of a scope match.
 */
export function findField(scope: Scope, parts: readonly string[], at: TextPosition): ScopeField | undefined {
  for (let here: Scope | undefined = scope; here; here = here.parent) {
    const found = fieldsNamed(here, parts);
    if (found.length > 1) throw errorAt(at, "AMBIGUOUS_NAME", `Column '${parts.join(".")}' is ambiguous`);
    if (found[0]) return found[0];
  }
  return undefined;
}

/** The error COLUMN_NOT_FOUND, with the given hint, or else with the name that was probably meant. */
export function columnNotFound(scope: Scope, parts: readonly string[], at: TextPosition, hint?: string) {
  const names: string[] = [];
  for (let here: Scope | undefined = scope; here; here = here.parent)
    for (const { name } of here.fields) if (name) names.push(name);
  const close = closest(parts.at(-1) ?? "", names);
  return errorAt(
    at,
    "COLUMN_NOT_FOUND",
    `Column '${parts.join(".").toLowerCase()}' cannot be resolved`,
    hint ?? (close && `did you mean "${close}"?`),
  );
}

/** The name that differs least from the written one. At most a third of its letters may differ. */
export function closest(written: string, names: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase();
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const most = Math.floor(Math.max(wanted.length, name.length) / 3);
    const edits = distance(wanted, name.toLowerCase(), most + 1);
    if (edits <= most && edits < least) {
      least = edits;
      best = name;
    }
  }
  return best;
}

/** The edit distance between two words, or `limit` if it is at least that. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return Math.min(row[b.length] ?? limit, limit);
}
