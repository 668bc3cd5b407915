import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "../../../local/lake/engine/database";
import { Engine } from "../../../local/lake/engine/engine";
import { TrinoError } from "../../../local/lake/trino/types/errors";
import { formatClientType } from "../../../local/lake/trino/types/format";
import { type Verdict, verdictOf } from "../recorded/compare";
import type { Answer } from "../recorded/statements";
import { type Case, lakeOf, tableOf } from "./cases";

/** What a statement gives, or its refusal; what is no TrinoError is a fault of the engine's. */
export const answerOf = async (ask: () => ReturnType<Engine["ask"]>): Promise<Answer> => {
  try {
    const { columns, rows } = await ask();
    return { columns: columns.map(({ name, type }) => [name, formatClientType(type)]), rows };
  } catch (error) {
    if (!(error instanceof TrinoError)) return { error: { name: "FAULT", message: String(error) } };
    return { error: { name: error.code, message: error.message } };
  }
};

export interface AskedCase {
  readonly one: Case;
  readonly ours: Answer;
  /** Absent where nothing was recorded. */
  readonly verdict?: Verdict;
}

/** Asks one case over objects of its own. */
export const askCase = async (one: Case, now: Date): Promise<AskedCase> => {
  const base = one.table.location.replace("s3://", "");
  const lake = await lakeOf(one.objects, (path) => `${base}/${path}`);
  const { connection, close } = await openDatabase(lake.folder);
  try {
    const table = tableOf(one);
    const catalogFolder = join(lake.folder, ".catalog");
    if (one.partitions) {
      const location = table.location.replace(/\/?$/, "/");
      const partitions = one.partitions.map(({ values, path }) => ({
        values,
        location: path.startsWith("../")
          ? `${location.replace(/[^/]+\/$/, "")}${path.slice(3)}/`
          : `${location}${path}/`,
      }));
      const state = { databases: {}, tables: { "reading.t": { partitions } }, prepared: {} };
      await mkdir(catalogFolder, { recursive: true });
      await writeFile(join(catalogFolder, "catalog.1.json"), JSON.stringify(state));
    }
    const engine = new Engine({
      tables: [table],
      lakeFolder: lake.folder,
      catalogFolder,
      now: () => now,
      connection,
    });
    const ours = await answerOf(() => engine.ask(one.sql));
    if (!one.answer) return { one, ours };
    const statement = { id: one.id, group: "reading", sql: one.sql, answer: one.answer };
    return { one, ours, verdict: verdictOf(statement, ours) };
  } finally {
    close();
    await lake.remove();
  }
};

export const describeCase = ({ one, ours, verdict }: AskedCase): string =>
  [
    `${one.id} (${verdict})`,
    `  ${one.sql}`,
    `  expected ${JSON.stringify(one.answer).slice(0, 400)}`,
    `  got      ${JSON.stringify(ours).slice(0, 400)}`,
  ].join("\n");
