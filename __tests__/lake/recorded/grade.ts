import { sameColumns, type Verdict, verdictOf } from "./compare";
import type { Answer, Recorded } from "./statements";

export interface Graded {
  readonly statement: Recorded;
  readonly ours: Answer;
  readonly verdict: Verdict;
  /** Names and types of the columns are equal. */
  readonly columns: boolean;
}

export const grade = (statement: Recorded, ours: Answer): Graded => ({
  statement,
  ours,
  verdict: verdictOf(statement, ours),
  columns: sameColumns(statement, ours),
});

/** Percentages: of what Trino answers, wrong and refused; of what it refuses, answered; of what both refuse, equal in name and place. */
export interface Figures {
  readonly asked: number;
  readonly wrong: number;
  readonly letThrough: number;
  readonly refused: number;
  readonly otherColumns: number;
  readonly errorName: number;
  readonly errorPlace: number;
}

export const figuresOf = (graded: readonly Graded[]): Figures => {
  const count = (verdict: Verdict): number => graded.filter((one) => one.verdict === verdict).length;
  const answered = count("same") + count("differs") + count("refuses");
  const refused = count("both refuse") + count("lenient");
  const both = graded.filter(({ verdict }) => verdict === "both refuse");
  return {
    asked: graded.length,
    wrong: percent(count("differs"), answered),
    letThrough: percent(count("lenient"), refused),
    refused: percent(count("refuses"), answered),
    otherColumns: graded.filter(({ verdict, columns }) => verdict === "same" && !columns).length,
    errorName: percent(both.filter(hasEqualName).length, both.length),
    errorPlace: percent(both.filter(hasEqualPlace).length, both.length),
  };
};

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);

export const hasEqualName = ({ statement: { answer }, ours }: Graded): boolean =>
  "error" in answer && "error" in ours && answer.error.name === ours.error.name;

export const hasEqualPlace = ({ statement: { answer }, ours }: Graded): boolean =>
  "error" in answer &&
  "error" in ours &&
  answer.error.line === ours.error.line &&
  answer.error.column === ours.error.column;

/** Whether anything at all is to be mended: the answer, its columns, or how a refusal is told. */
export const agrees = (graded: Graded): boolean => {
  if (graded.verdict === "same") return graded.columns;
  return graded.verdict === "both refuse" && hasEqualName(graded);
};

/** Sentence, expected and got. */
export const describe = ({ statement, ours, verdict }: Graded): string =>
  [
    `${statement.id} (${verdict})`,
    `  ${statement.sql.replaceAll(/\s+/g, " ")}`,
    `  expected ${show(statement.answer)}`,
    `  got      ${show(ours)}`,
  ].join("\n");

const show = (answer: Answer): string => {
  if ("error" in answer) return `${answer.error.name}: ${answer.error.message}`.slice(0, 240);
  if ("accepted" in answer) return "accepted";
  const columns = answer.columns.map(([name, type]) => `${name} ${type}`).join(", ");
  return `${columns}: ${JSON.stringify(answer.rows.slice(0, 5))}`.slice(0, 400);
};
