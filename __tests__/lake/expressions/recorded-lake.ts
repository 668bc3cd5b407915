import { afterAll, beforeAll } from "vitest";
import { openRecorded, type RecordedLake } from "../recorded/ask";
import type { Answer } from "../recorded/statements";

/** The engine over the recorded tables, which is open while the tests of a file run. */
export function recordedLake() {
  let lake: RecordedLake;
  beforeAll(async () => {
    lake = await openRecorded();
  });
  afterAll(() => lake.close());
  const answer = (sql: string): Promise<Answer> => lake.answer(sql);
  return {
    answer,
    /** The rows, or the whole answer if it is an error. */
    async rows(sql: string): Promise<unknown> {
      const answered = await answer(sql);
      return "rows" in answered ? answered.rows : answered;
    },
    /** The error's name, if there is one. */
    async nameOf(sql: string): Promise<string | undefined> {
      const answered = await answer(sql);
      return "error" in answered ? answered.error.name : undefined;
    },
  };
}
