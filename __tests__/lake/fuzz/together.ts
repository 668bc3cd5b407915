import type { RecordedLake } from "../recorded/ask";
import { type Graded, grade } from "../recorded/grade";
import type { Answer, Recorded } from "../recorded/statements";
import { type Statement, writeStatement, writeTogether } from "./generate";
import type { Trino } from "./trino";
import { Watchdog } from "./watchdog";

/** Asks the statements of one frame as columns of one query. */
type Ask = (sql: string) => Promise<Answer>;

/** Asks statements here and of a Trino, and compares. */
export class Comparison {
  /** Questions that the server was asked. */
  requests = 0;
  private readonly watchdog = new Watchdog(120_000);

  constructor(
    private readonly trino: Trino,
    private readonly lake: RecordedLake,
  ) {}

  async alone(statement: Statement): Promise<Graded> {
    const sql = writeStatement(statement);
    return compared(sql, await this.askServer(sql), await this.askHere(sql));
  }

  /**
   * Statements of one frame: as columns of one query as far as both take them, else one by one. A question costs the server
   * far more than it costs here, so what is refused here is found first.
   */
  async together(statements: readonly Statement[]): Promise<readonly (readonly [Statement, Graded])[]> {
    const ours = new Map<Statement, Answer>();
    const taken: Statement[] = [];
    for (const statement of statements) {
      const checked = await this.askHere(`EXPLAIN (TYPE VALIDATE) ${writeStatement(statement)}`);
      if ("error" in checked) ours.set(statement, checked);
      else taken.push(statement);
    }
    await answers(taken, (sql) => this.askHere(sql), ours);
    const theirs = new Map<Statement, Answer>();
    const answered = statements.filter((statement) => !("error" in (ours.get(statement) ?? none)));
    await answers(answered, (sql) => this.askServer(sql), theirs);
    const all: (readonly [Statement, Graded])[] = [];
    for (const statement of statements) {
      const sql = writeStatement(statement);
      const own = ours.get(statement) ?? none;
      // What is refused by its name here is no difference, whatever the server says.
      const refused = "error" in own && own.error.name === "NOT_SUPPORTED";
      const server = refused ? { accepted: true as const } : theirs.get(statement);
      all.push([statement, compared(sql, server ?? (await this.askServer(sql)), own)]);
    }
    return all;
  }

  private askHere(sql: string): Promise<Answer> {
    return this.watchdog.over(sql, () => this.lake.answer(sql));
  }

  private askServer(sql: string): Promise<Answer> {
    this.requests++;
    return this.trino.ask(sql);
  }
}

const none: Answer = { columns: [], rows: [] };

/** The answer of each statement: halves of what fails together are asked again. */
async function answers(
  statements: readonly Statement[],
  ask: Ask,
  into: Map<Statement, Answer>,
): Promise<void> {
  const [first] = statements;
  if (!first?.frame) return;
  const nodes = statements.map(({ node }) => node);
  const answer = await ask(writeTogether(first.frame, nodes));
  if ("error" in answer && statements.length > 1) {
    const middle = Math.ceil(statements.length / 2);
    await answers(statements.slice(0, middle), ask, into);
    await answers(statements.slice(middle), ask, into);
  } else for (const [index, statement] of statements.entries()) into.set(statement, column(answer, index));
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
