import { cp, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { openDatabase } from "../../../local/lake/engine/database";
import { Engine } from "../../../local/lake/engine/engine";
import { interruptible } from "../../../local/lake/engine/interrupt";
import { TrinoError } from "../../../local/lake/trino/types/errors";
import { formatClientType } from "../../../local/lake/trino/types/format";
import { type Graded, grade } from "./grade";
import { type Answer, LAKE_FOLDER, type Recorded, recordedOn, tables } from "./statements";

export interface Asked extends Graded {
  readonly milliseconds: number;
}

/** The engine over a copy of the recorded tables. */
export interface RecordedLake {
  /** Statements that are asked at once are answered one after the other. */
  answer(sql: string): Promise<Answer>;
  /** Goes on with a new engine, which has made no function yet. */
  restart(): void;
  close(): Promise<void>;
}

const limits = { signals: [], timeLimit: 60_000 };

export const openRecorded = async (now = () => new Date()): Promise<RecordedLake> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "recorded-")));
  await cp(join(LAKE_FOLDER, "lake"), join(folder, "lake"), { recursive: true });
  const known = tables();
  const database = await openDatabase(folder);
  const start = () => {
    // Functions are made once for a connection: this is another, of the same database.
    const connection: DuckDBConnection = Object.create(database.connection);
    const engine = new Engine({ tables: known, lakeFolder: folder, now, connection });
    return (sql: string) => interruptible(() => engine.ask(sql), connection, limits);
  };
  let ask = start();
  let last: Promise<unknown> = Promise.resolve();
  return {
    answer(sql) {
      const answer = last.then(() => answerOf(() => ask(sql)));
      last = answer;
      return answer;
    },
    restart() {
      ask = start();
    },
    async close() {
      await last;
      database.close();
      await rm(folder, { recursive: true });
    },
  };
};

/** Asks the statements of this engine, those that write something last. */
export const askAll = async (statements: readonly Recorded[]): Promise<readonly Asked[]> => {
  const lake = await openRecorded(() => recordedOn);
  try {
    const asked: Asked[] = [];
    const inOrder = [...statements].sort((a, b) => Number(a.state ?? false) - Number(b.state ?? false));
    for (const statement of inOrder) {
      for (const sql of statement.setup ?? []) await lake.answer(sql);
      const start = performance.now();
      const ours = await lake.answer(statement.sql);
      asked.push({ ...grade(statement, ours), milliseconds: performance.now() - start });
      for (const sql of statement.teardown ?? []) await lake.answer(sql);
    }
    return asked;
  } finally {
    await lake.close();
  }
};

/** What is no TrinoError is a fault of the engine's: it has no name and agrees with nothing. */
const answerOf = async (ask: () => ReturnType<Engine["ask"]>): Promise<Answer> => {
  try {
    const { columns, rows } = await ask();
    return { columns: columns.map(({ name, type }) => [name, formatClientType(type)]), rows };
  } catch (error) {
    if (!(error instanceof TrinoError)) return { error: { name: "FAULT", message: String(error) } };
    const { code: name, message, line, column } = error;
    return {
      error: {
        name,
        message,
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
      },
    };
  }
};
