import type * as ast from "../../parse/ast";
import { errorAt, type TextPosition } from "../../types/errors";

/** `anchor UNION [ALL] step`, in which the step names the query itself, once and in FROM. */
export interface Recursion {
  readonly anchor: ast.QueryBody;
  readonly step: ast.QueryBody;
  readonly distinct: boolean;
}

/**
 * The two parts of a recursive query. Undefined when the query does not name itself.
 *
 * @throws TrinoError INVALID_RECURSIVE_REFERENCE, and others, when it names itself where Trino does not allow that.
 * @see https://trino.io/docs/476/sql/select.html#with-recursive-clause
 */
export function recursionOf({ query, name }: ast.WithQuery): Recursion | undefined {
  const references = (node: unknown) => referencesTo(node, name.value.toLowerCase());
  const [first] = references(query);
  if (!first) return undefined;
  const { body } = query;
  if (body.kind !== "SetOperation" || body.operator !== "UNION")
    throw refusal(first, "recursive reference not allowed in this context");
  const [inAnchor] = references(body.left);
  if (inAnchor) throw refusal(inAnchor, "WITH table name is referenced in the base relation of recursion");
  const [reference, another] = references(body.right);
  if (!reference) throw refusal(first, "recursive reference not allowed in this context");
  if (another) throw refusal(another, "multiple recursive references in the step relation of recursion");
  checkClauses(query);
  const step = withoutParentheses(body.right);
  if (step.kind !== "QuerySpecification" || references(step.from).length === 0)
    throw refusal(reference, "recursive reference outside of FROM clause of the step relation of recursion");
  checkParts(step.from, references);
  return { anchor: body.left, step: body.right, distinct: body.distinct };
}

const refusal = (at: TextPosition, sentence: string) => errorAt(at, "INVALID_RECURSIVE_REFERENCE", sentence);

const withoutParentheses = (body: ast.QueryBody): ast.QueryBody =>
  body.kind === "TableSubquery" ? withoutParentheses(body.query.body) : body;

/** The clauses of the query itself would apply to all steps at once. */
function checkClauses(query: ast.Query): void {
  const immediate = (node: TextPosition | undefined, clause: string, code = "NOT_SUPPORTED") => {
    if (node) throw errorAt(node, code, `immediate ${clause} clause in recursive query`);
  };
  immediate(query.with, "WITH");
  immediate(query.orderBy, "ORDER BY");
  immediate(query.offset, "OFFSET");
  immediate(query.limit, "FETCH FIRST / LIMIT", "INVALID_LIMIT_CLAUSE");
}

type References = (node: unknown) => readonly ast.Table[];

/** Refuses a reference where a step's rows would depend on rows that are not there yet. */
function checkParts(node: unknown, references: References): void {
  for (const part of nodesIn(node)) {
    if (part.kind === "Join") {
      const { type, left, right } = part as ast.Join;
      if (type === "RIGHT" || type === "FULL") refuseIn(left, `left source of ${type} join`, references);
      if (type === "LEFT" || type === "FULL") refuseIn(right, `right source of ${type} join`, references);
    } else if (part.kind === "SetOperation") {
      const { operator, distinct, left, right } = part as ast.SetOperation;
      if (operator === "INTERSECT" && !distinct) refuseIn([left, right], "INTERSECT ALL", references);
      if (operator !== "EXCEPT") continue;
      refuseIn(right, `right relation of EXCEPT ${distinct ? "DISTINCT" : "ALL"}`, references);
      if (!distinct) refuseIn(left, "left relation of EXCEPT ALL", references);
    }
  }
}

function refuseIn(node: unknown, place: string, references: References): void {
  const [reference] = references(node);
  if (reference) throw refusal(reference, `recursive reference in ${place}`);
}

interface Node {
  readonly kind?: string;
}

/** A node and all nodes in it, in the order of the text. */
function* nodesIn(node: unknown): Generator<Node> {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) yield node as Node;
  for (const part of Object.values(node)) yield* nodesIn(part);
}

/** The tables of the given name in a part of a query, unless a WITH clause in that part gives the name to another. */
function referencesTo(node: unknown, name: string): readonly ast.Table[] {
  if (typeof node !== "object" || node === null) return [];
  if (isTable(node, name)) return [node];
  const named =
    (node as Partial<ast.Query>).kind === "Query" ? ((node as ast.Query).with?.queries ?? []) : [];
  const hiding = named.findIndex((query) => query.name.value.toLowerCase() === name);
  const parts = hiding < 0 ? Object.values(node) : named.slice(0, hiding + 1);
  return parts.flatMap((part) => referencesTo(part, name));
}

function isTable(node: object, name: string): node is ast.Table {
  const { kind, name: written } = node as Partial<ast.Table>;
  if (kind !== "Table" || written?.parts.length !== 1) return false;
  return written.parts[0]?.value.toLowerCase() === name;
}
