import { describe, expect, it } from "vitest";
import { configurationSchema, configurationSchemaPath } from "../../scripts/docs/configuration-schema";
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

describe("the schema of cdktf.json", () => {
  it("is up to date; if not: npm run docs", () => {
    expect(read(configurationSchemaPath)).toBe(configurationSchema());
  });

  it("is named in cdktf.json, so that editors find it", () => {
    expect(JSON.parse(read("cdktf.json")).$schema).toBe(`./${configurationSchemaPath}`);
  });

  it("tells of each setting what it is for and its rule, and takes no other", () => {
    const { pipeline } = JSON.parse(configurationSchema()).properties.context.properties;
    expect(pipeline.additionalProperties).toBe(false);
    for (const { description } of Object.values<{ description: string }>(pipeline.properties))
      expect(description).toMatch(/^[A-Z].+\. It is .+\.$/);
  });
});
