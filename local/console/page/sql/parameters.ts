import { piecesOf } from "@streaming-data-lake/lake/script";

/** Number of question marks in a statement outside of strings, quoted names and comments. */
export const parametersOf = (sql: string): number =>
  [...piecesOf(sql)].reduce(
    (count, { kind, text }) => count + (kind === "code" ? text.split("?").length - 1 : 0),
    0,
  );
