import { afterAll, beforeAll } from "vitest";
import { type Lake, openLake } from "../../local/lake/index";
import { temporaryFolder } from "../support/folders";

/** A lake without tables, which is open while the tests of a file or of a group run. */
export function emptyLake() {
  const folder = temporaryFolder();
  let lake: Lake;
  beforeAll(async () => {
    lake = await openLake({ tables: [] }, folder);
  });
  afterAll(() => lake.close());
  const query: Lake["query"] = (...asked) => lake.query(...asked);
  return {
    folder,
    query,
    /** The values of the rows. */
    answer: async (sql: string) => (await query(sql)).rows.map((row) => Object.values(row)),
  };
}
