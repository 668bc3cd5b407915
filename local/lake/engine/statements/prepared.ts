import type { LakeCatalog } from "../../catalog/catalog";
import { without } from "../../catalog/state";
import { parseStatement } from "../../trino/parse";
import type { Execute, ExecuteImmediate, Expression, Statement } from "../../trino/parse/ast";
import type { TextPosition } from "../../trino/types/errors";
import { errorAt } from "../../trino/types/errors";

/** A statement that EXECUTE runs, with the text that error messages quote. */
export interface Executed {
  readonly statement: Statement;
  readonly sql: string;
}

const keyOf = (workgroup: string, name: string) => `${workgroup}/${name.toLowerCase()}`;

/** The statements that PREPARE stores in a workgroup, and the stack's own. */
export class PreparedStatements {
  /** @param ofStack The stack's prepared statements, by their names in lower case. */
  constructor(
    private readonly catalog: LakeCatalog,
    private readonly ofStack: ReadonlyMap<string, string>,
  ) {}

  /** @param sql The text of the statement. It replaces an existing statement of the same name. */
  async prepare(workgroup: string, name: string, sql: string): Promise<void> {
    await this.catalog.change(({ state }) => ({
      state: { ...state, prepared: { ...state.prepared, [keyOf(workgroup, name)]: sql } },
      result: undefined,
    }));
  }

  /** Whether a PREPARE of this name would replace a stored statement. */
  async has(workgroup: string, name: string): Promise<boolean> {
    const { prepared } = (await this.catalog.snapshot()).state;
    return Object.hasOwn(prepared, keyOf(workgroup, name)) || this.ofStack.has(name.toLowerCase());
  }

  async deallocate(workgroup: string, name: string): Promise<void> {
    const key = keyOf(workgroup, name);
    await this.catalog.change(({ state }) => {
      if (!Object.hasOwn(state.prepared, key)) throw notFound(name);
      return { state: { ...state, prepared: without(state.prepared, key) }, result: undefined };
    });
  }

  /** Returns the statement to run, with its `?` parameters replaced by the arguments. */
  async execute(workgroup: string, node: Execute | ExecuteImmediate): Promise<Executed> {
    const sql = node.kind === "Execute" ? await this.find(workgroup, node.name.value) : node.sql.value;
    const { statement, parameters } = parseStatement(sql);
    checkParameters(parameters, node.arguments.length, node);
    return { statement: withArguments(statement, node.arguments), sql };
  }

  private async find(workgroup: string, name: string): Promise<string> {
    const { prepared } = (await this.catalog.snapshot()).state;
    const key = keyOf(workgroup, name);
    const sql = Object.hasOwn(prepared, key) ? prepared[key] : this.ofStack.get(name.toLowerCase());
    if (sql === undefined) throw notFound(name);
    return sql;
  }
}

const notFound = (name: string) => errorAt(undefined, "NOT_FOUND", `Prepared statement not found: ${name}`);

/** @throws TrinoError INVALID_PARAMETER_USAGE when the number of values differs from the number of `?` parameters. */
export function checkParameters(expected: number, given: number, at: TextPosition): void {
  if (expected !== given)
    throw errorAt(
      at,
      "INVALID_PARAMETER_USAGE",
      `Incorrect number of parameters: expected ${expected} but found ${given}`,
    );
}

function withArguments(statement: Statement, args: readonly Expression[]): Statement {
  const replace = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(replace);
    if (typeof node !== "object" || node === null || node instanceof Uint8Array) return node;
    const { kind, index } = node as { readonly kind?: string; readonly index?: number };
    if (kind === "Parameter" && index !== undefined) return args[index] ?? node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, replace(value)]));
  };
  return replace(statement) as Statement;
}
