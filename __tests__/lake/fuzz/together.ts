import type { RecordedLake } from "../recorded/ask";
import { type Graded, grade } from "../recorded/grade";
import type { Answer, Recorded } from "../recorded/statements";
import { type Statement, writeStatement, writeTogether } from "./generate";
import type { Trino } from "./trino";

/** Asks statements here and of a Trino, and compares. */
export class Comparison {
  /** Questions that the server was asked. */
  requests = 0;

  constructor(
    private readonly trino: Trino,
    private readonly lake: RecordedLake,
  ) {}

  async alone(statement: Statement): Promise<Graded> {
    const sql = writeStatement(statement);
    this.requests++;
    return compared(sql, await this.trino.ask(sql), await this.lake.answer(sql));
  }

  /** Statements of one frame: as columns of one query as far as both take them, else one by one. */
  async together(statements: readonly Statement[]): Promise<readonly (readonly [Statement, Graded])[]> {
    const all: (readonly [Statement, Graded])[] = [];
    const taken: Statement[] = [];
    for (const statement of statements) {
      const sql = writeStatement(statement);
      const checked = await this.lake.answer(`EXPLAIN (TYPE VALIDATE) ${sql}`);
      if (!("error" in checked)) taken.push(statement);
      // What is refused by its name here is no difference, whatever the server says.
      else if (checked.error.name === "NOT_SUPPORTED")
        all.push([statement, compared(sql, { accepted: true }, checked)]);
      else all.push([statement, await this.alone(statement)]);
    }
    all.push(...(await this.columns(taken)));
    return all;
  }

  private async columns(
    statements: readonly Statement[],
  ): Promise<readonly (readonly [Statement, Graded])[]> {
    const [first] = statements;
    if (!first?.frame) return [];
    if (statements.length === 1) return [[first, await this.alone(first)]];
    const sql = writeTogether(
      first.frame,
      statements.map(({ node }) => node),
    );
    const ours = await this.lake.answer(sql);
    this.requests++;
    const theirs = "error" in ours ? ours : await this.trino.ask(sql);
    if ("error" in ours || "error" in theirs) {
      const middle = Math.ceil(statements.length / 2);
      return [
        ...(await this.columns(statements.slice(0, middle))),
        ...(await this.columns(statements.slice(middle))),
      ];
    }
    return statements.map((statement, index) => [
      statement,
      compared(writeStatement(statement), column(theirs, index), column(ours, index)),
    ]);
  }
}

const compared = (sql: string, answer: Answer, ours: Answer): Graded => {
  const statement: Recorded = { id: "", group: "fuzz", sql, answer };
  return grade(statement, ours);
};

function column(answer: Answer, index: number): Answer {
  if (!("columns" in answer)) return answer;
  const [, type = ""] = answer.columns[index] ?? [];
  return { columns: [["c0", type]], rows: answer.rows.map((row) => [row[index]]) };
}
