import differences from "./differences.json";
import { type Difference, differenceOf, type Graded } from "./grade";
import type { Corpus } from "./statements";

/** Ids by the difference of their answers. */
type Differences = Partial<Record<Difference, readonly string[]>>;

const { arbitrary, ...corpora } = differences;

/** Whether rows that tie, or come first, decide about Trino's answer as well: it tells nothing. */
export const isArbitrary = ({ id }: { readonly id: string }): boolean => arbitrary.includes(id);

const known = new Map(
  Object.entries(corpora as Record<Corpus, Differences>).flatMap(([corpus, byDifference]) =>
    Object.entries(byDifference).flatMap(([difference, ids]) =>
      ids.map((id) => [`${corpus} ${id}`, difference] as const),
    ),
  ),
);

/** Whether the answer is Trino's, or another in the way that `differences.json` names. */
export const isAsKnown = (corpus: Corpus, graded: Graded): boolean =>
  differenceOf(graded) === known.get(`${corpus} ${graded.statement.id}`);
