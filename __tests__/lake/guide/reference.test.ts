import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openLake, QueryError } from "../../../local/lake";
import { replaceBlock, table } from "../../../scripts/docs/blocks";
import { lakeOf } from "../reading/cases";
import { prepare, reference } from "./reference";

const page = join(__dirname, "../../../docs/sql.md");

/** What a statement does here: `runs`, or the sentence that refuses it. */
async function outcomes(): Promise<string[][]> {
  const { folder, remove } = await lakeOf([], (path) => path);
  const lake = await openLake({ tables: [] }, folder);
  try {
    for (const sql of prepare) await lake.query(sql, [], { database: "d" });
    const rows: string[][] = [];
    for (const [name, sql] of reference) {
      try {
        await lake.query(sql, [], { database: "d" });
        rows.push([name, "runs"]);
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        const [sentence = ""] = error.message.split("\n");
        const shown = sentence.replace(/; .*$/, "").replace(/ Expecting: .*$/, "");
        rows.push([name, `refused: ${shown}`]);
      }
    }
    return rows;
  } finally {
    lake.close();
    await remove();
  }
}

it("docs/sql.md says of each statement of Athena's reference whether it runs here; UPDATE_PAGES=1 writes it anew", {
  timeout: 60_000,
}, async () => {
  const text = readFileSync(page, "utf8");
  const rows = await outcomes();
  const updated = replaceBlock(text, "statements", table(["statement", "here"], rows));
  if (process.env.UPDATE_PAGES === "1") writeFileSync(page, updated);
  expect(readFileSync(page, "utf8")).toBe(updated);
});
