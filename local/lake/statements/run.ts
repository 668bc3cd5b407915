import type { HiveStatement } from "../hive/ast";
import { alterTable } from "./alter";
import type { StatementContext } from "./context";
import { alterDatabase, createDatabase, dropDatabase } from "./databases";
import { repair } from "./partitions";
import { type Lines, showLines } from "./show";
import { createTable, dropTable } from "./tables";

/** Runs a statement of Athena's DDL and returns its output. Undefined when it has none. */
export async function runHive(
  statement: HiveStatement,
  context: StatementContext,
): Promise<Lines | undefined> {
  switch (statement.kind) {
    case "CreateDatabase":
      await createDatabase(statement, context);
      return undefined;
    case "DropDatabase":
      await dropDatabase(statement, context);
      return undefined;
    case "AlterDatabase":
      await alterDatabase(statement, context);
      return undefined;
    case "CreateTable":
      await createTable(statement, context);
      return undefined;
    case "DropTable":
      await dropTable(statement, context);
      return undefined;
    case "AlterTable":
      await alterTable(statement, context);
      return undefined;
    case "Repair": {
      const lines = await repair(statement.name, context);
      return lines.length > 0 ? { column: "result", lines } : undefined;
    }
    default:
      return showLines(statement, context);
  }
}
