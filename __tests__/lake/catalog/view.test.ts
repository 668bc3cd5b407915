import { describe, expect, it } from "vitest";
import { viewOf, viewTable } from "../../../local/lake/catalog/views";

const table = viewTable("shop", "v", { sql: "SELECT 1 AS n", schema: "shop", columns: [] });
const stored = (value: unknown) => ({
  ...table,
  viewText: `/* Presto View: ${Buffer.from(JSON.stringify(value)).toString("base64")} */`,
});

describe("a view of Athena's", () => {
  it("is read as it was kept", () => {
    expect(viewOf(table)).toEqual({ sql: "SELECT 1 AS n", schema: "shop", columns: [] });
  });

  it.each([
    ["has neither", {}],
    ["is no object", null],
    ["has no columns", { originalSql: "SELECT 1 AS n" }],
    ["has no query", { columns: [] }],
    ["has a column without a type", { originalSql: "SELECT 1 AS n", columns: [{ name: "n" }] }],
  ])("is refused by what it must have when it %s", (_, value) => {
    expect(() => viewOf(stored(value))).toThrow(
      "view shop.v cannot be read: it must have originalSql, and columns with a name and a type each",
    );
  });
});
