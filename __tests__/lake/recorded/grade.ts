import { sameColumns, type Verdict, verdictOf } from "./compare";
import type { Answer, Recorded, Refusal } from "./statements";

/**
 * How an answer is another than Trino's. `columns`: other names or types of the columns; `name`: another error; `place`: the
 * same error at another line or column; `message`: in other words.
 */
export type Difference = Exclude<Verdict, "same" | "both refuse"> | "columns" | "name" | "place" | "message";

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

const hasEqualName = ({ statement: { answer }, ours }: Graded): boolean =>
  "error" in answer && "error" in ours && answer.error.name === ours.error.name;

const hasEqualPlace = ({ statement: { answer }, ours }: Graded): boolean =>
  "error" in answer &&
  "error" in ours &&
  answer.error.line === ours.error.line &&
  answer.error.column === ours.error.column;

const hasEqualMessage = ({ statement: { answer }, ours }: Graded): boolean =>
  "error" in answer && "error" in ours && withoutPlace(answer.error) === withoutPlace(ours.error);

const withoutPlace = ({ message }: Refusal): string => message.replace(/^line \d+:\d+: /, "");

export const differenceOf = (graded: Graded): Difference | undefined => {
  if (graded.verdict === "same") return graded.columns ? undefined : "columns";
  if (graded.verdict !== "both refuse") return graded.verdict;
  if (!hasEqualName(graded)) return "name";
  if (!hasEqualPlace(graded)) return "place";
  return hasEqualMessage(graded) ? undefined : "message";
};

/** An error of the engine's own, which has no name of Trino's. */
export const isFault = ({ ours }: Graded): boolean => "error" in ours && ours.error.name === "FAULT";

/** Whether anything is to be mended but the place and the words of an error. */
export const agrees = (graded: Graded): boolean =>
  [undefined, "place", "message"].includes(differenceOf(graded));

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
