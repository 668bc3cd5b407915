import { describe, expect, it } from "vitest";
import { generatedBlocks, updated } from "../../scripts/docs/pages";
import { read } from "./support";

const blocks = generatedBlocks();

describe("what the code writes into the pages", () => {
  it.each([...new Set(blocks.map(({ page }) => page))])(
    "is up to date in %s; if not: npm run docs",
    (page) => {
      const text = read(page);
      expect(updated(text, page, blocks)).toBe(text);
    },
  );

  it("has every setting", () => {
    const settings = blocks.find(({ name }) => name === "settings")?.content ?? "";
    const rows = settings.split("\n").slice(2);
    expect(rows.length).toBeGreaterThan(25);
    for (const row of rows) expect(row).toMatch(/^\| `\w+` \| .+ \| (`.+`)? \| .+ \|$/);
  });
});
