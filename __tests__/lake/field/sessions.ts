import { join } from "node:path";
import { openDatabase } from "../../../local/lake/engine/database";
import { Engine } from "../../../local/lake/engine/engine";
import type { GlueTable } from "../../../terraform/types";
import { answerOf } from "../reading/ask";
import { glueColumns, lakeOf, linesOf, type StoredObject } from "../reading/cases";
import { sameColumns, verdictOf } from "../recorded/compare";
import { type Answer, exactNumbers } from "../recorded/statements";

interface Expected {
  readonly ok?: true;
  readonly contains?: readonly string[];
  readonly lines?: readonly string[];
  readonly columns?: unknown;
  readonly error?: { readonly message: string };
}

/** What people run on Athena, one statement after the other, from CREATE EXTERNAL TABLE on. */
export interface Session {
  readonly id: string;
  readonly about: string;
  readonly tables: readonly {
    readonly database: string;
    readonly name: string;
    readonly location: string;
    readonly columns: readonly (readonly [string, string])[];
    readonly partitionKeys: readonly (readonly [string, string])[];
    readonly serializationLibrary: string;
    readonly serdeParameters: Readonly<Record<string, string>>;
    readonly parameters: Readonly<Record<string, string>>;
  }[];
  readonly objects: readonly StoredObject[];
  readonly statements: readonly {
    readonly kind: string;
    readonly sql: string;
    readonly answer: Expected;
    readonly judgedBy: "trino" | "docs" | "unknown";
  }[];
}

export const sessions = (): readonly Session[] =>
  linesOf("../field/scripts.jsonl.gz").map((line) => JSON.parse(exactNumbers(line)) as Session);

export interface AskedStatement {
  readonly session: string;
  readonly kind: string;
  readonly sql: string;
  readonly expected: Expected;
  readonly ours: Answer;
  readonly right: boolean;
}

/** Words with one blank between them, in small letters. */
const plain = (text: string) => text.toLowerCase().replaceAll(/\s+/g, " ").trim();

const matches = (sql: string, expected: Expected, ours: Answer): boolean => {
  if (expected.columns !== undefined) {
    const statement = { id: "", group: "", sql, answer: expected as Answer };
    return verdictOf(statement, ours) === "same" && sameColumns(statement, ours);
  }
  if (expected.error) return "error" in ours && ours.error.name !== "FAULT";
  if (!("rows" in ours)) return false;
  const lines = ours.rows.map((row) => plain(row.map(String).join(" ")));
  const { contains = [], lines: exactly } = expected;
  const whole = lines.join(" ");
  if (!contains.every((text) => whole.includes(plain(text)))) return false;
  return !exactly || JSON.stringify([...lines].sort()) === JSON.stringify(exactly.map(plain).sort());
};

/** Whether a refusal says what AWS says. */
export const saysTheSame = ({ expected, ours }: AskedStatement): boolean =>
  !expected.error || ("error" in ours && plain(ours.error.message).includes(plain(expected.error.message)));

const glueTable = (table: Session["tables"][number]): GlueTable => ({
  ...table,
  address: `aws_glue_catalog_table.${table.name}`,
  columns: glueColumns(table.columns),
  partitionKeys: glueColumns(table.partitionKeys),
});

/** Runs a session; with `given` its tables are there from the start, else what its own DDL makes. */
export const askSession = async (
  session: Session,
  { given = false } = {},
): Promise<readonly AskedStatement[]> => {
  const lake = await lakeOf(session.objects, (path) => path);
  const { connection, close } = await openDatabase(lake.folder);
  try {
    const engine = new Engine({
      tables: given ? session.tables.map(glueTable) : [],
      lakeFolder: lake.folder,
      catalogFolder: join(lake.folder, ".catalog"),
      // Tables are partitioned by hour from May 2024 to now.
      now: () => new Date("2024-06-15T12:00:00Z"),
      connection,
      database: "field",
    });
    await engine.ask("CREATE DATABASE IF NOT EXISTS field");
    const asked: AskedStatement[] = [];
    for (const [index, { kind, sql, answer: expected, judgedBy }] of session.statements.entries()) {
      const ours = await answerOf(() => engine.ask(sql, { executionId: `q${index}` }));
      const right = judgedBy === "unknown" || matches(sql, expected, ours);
      asked.push({ session: session.id, kind, sql, expected, ours, right });
    }
    return asked;
  } finally {
    close();
    await lake.remove();
  }
};
