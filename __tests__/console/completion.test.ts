import { CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { schemaCompletionSource } from "@codemirror/lang-sql";
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import type { CatalogTree } from "../../local/console/api";
import { completedColumns, completedNames } from "../../local/console/page/sql/completion";
import { trino } from "../../local/console/page/sql/trino";

const column = (name: string, type: string) => ({ name, type, partition: false });
const lake: CatalogTree = {
  databases: [
    {
      name: "lake",
      tables: [
        {
          name: "readings",
          kind: "table",
          columns: [column("sensor_id", "string"), column("temperature", "double")],
        },
        {
          name: "hourly",
          kind: "view",
          columns: [column("sensor_id", "string"), column("average", "double")],
        },
      ],
    },
  ],
  functions: ["approx_distinct"],
};
/** Two databases that each have a table of the same name. */
const twice: CatalogTree = {
  databases: ["one", "two"].map((name) => ({
    name,
    tables: [{ name: "events", kind: "table", columns: [column(`of_${name}`, "string")] }],
  })),
  functions: [],
};

/** What is offered at the bar in a text. */
async function offered(marked: string, catalog = lake): Promise<readonly string[]> {
  const pos = marked.indexOf("|");
  const dialect = trino(catalog.functions);
  const state = EditorState.create({ doc: marked.replace("|", ""), extensions: dialect.language });
  // Otherwise what is parsed within some milliseconds decides.
  ensureSyntaxTree(state, pos, 30_000);
  const context = new CompletionContext(state, pos, true);
  const results = await Promise.all(
    [completedColumns(catalog), schemaCompletionSource({ dialect, schema: completedNames(catalog) })].map(
      (source): Promise<CompletionResult | null> | CompletionResult | null => source(context),
    ),
  );
  return results.flatMap((result) => result?.options.map(({ label }) => label) ?? []);
}

describe("the SQL editor offers", () => {
  it("the columns of the table that the statement names", async () => {
    const names = await offered("SELECT te| FROM readings");
    expect(names).toContain("temperature");
    expect(names).not.toContain("average");
  });

  it("the columns of all tables, each once, while it names none", async () => {
    const names = await offered("SELECT se|");
    expect(names.filter((name) => name === "sensor_id")).toHaveLength(1);
    expect(names).toContain("average");
  });

  it("tables and databases after FROM, and no column", async () => {
    const names = await offered("SELECT * FROM |");
    expect(names).toEqual(expect.arrayContaining(["readings", "hourly", "lake"]));
    expect(names).not.toContain("temperature");
  });

  it.each([
    [
      "the columns of the table in the database that the statement names",
      "SELECT of| FROM two.events",
      ["of_two"],
    ],
    ["the columns of the first database's table without a database", "SELECT of| FROM events", ["of_one"]],
    ["the columns of the first database's table after its dot", "SELECT events.|", ["of_one"]],
  ])("%s, where two have a table of the same name", async (_, text, expected) => {
    const names = await offered(text, twice);
    expect(names.filter((name) => name.startsWith("of_"))).toEqual(expected);
  });

  it.each([
    ["the tables of a database", "SELECT * FROM lake.|", ["readings", "hourly"]],
    ["the columns of a table", "SELECT readings.|", ["sensor_id", "temperature"]],
    ["the columns of a table in a database", "SELECT lake.hourly.|", ["sensor_id", "average"]],
    ["the columns of an alias", "SELECT r.| FROM readings r", ["sensor_id", "temperature"]],
  ])("%s after its dot", async (_, text, expected) => {
    expect((await offered(text)).toSorted()).toEqual(expected.toSorted());
  });
});
