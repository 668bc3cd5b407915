import { parseStatement } from "../../trino/parse";
import type {
  Execute,
  ExecuteImmediate,
  Expression,
  Position,
  Prepare,
  Statement,
} from "../../trino/parse/ast";
import { errorAt } from "../../trino/types/errors";

interface Prepared {
  readonly statement: Statement;
  /** Count of its `?`. */
  readonly parameters: number;
}

/** The statements that PREPARE keeps under a name, for as long as the lake is open. */
export class PreparedStatements {
  private readonly byName = new Map<string, Prepared>();

  /** @param parameters Count of `?` in the statement. */
  prepare({ name, statement }: Prepare, parameters: number): void {
    this.byName.set(name.value.toLowerCase(), { statement, parameters });
  }

  deallocate(name: string): void {
    this.find(name);
    this.byName.delete(name.toLowerCase());
  }

  /** The statement to run instead, with the arguments in the place of its `?`. */
  execute(node: Execute | ExecuteImmediate): Statement {
    const prepared = node.kind === "Execute" ? this.find(node.name.value) : parseStatement(node.sql.value);
    checkParameters(prepared.parameters, node.arguments.length, node);
    return withArguments(prepared.statement, node.arguments);
  }

  private find(name: string): Prepared {
    const found = this.byName.get(name.toLowerCase());
    if (!found) throw errorAt(undefined, "NOT_FOUND", `Prepared statement not found: ${name}`);
    return found;
  }
}

/** @throws TrinoError INVALID_PARAMETER_USAGE where a statement has more or fewer `?` than values are given. */
export function checkParameters(expected: number, given: number, at: Position): void {
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
