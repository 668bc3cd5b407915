import { describe, expect, test } from "vitest";
import { Catalog, DataLake, QueryLayer } from "../../../constructs/index";
import { problemsOf } from "../../support/synthesize";

const columns = [{ name: "page", type: "string" }];
const aFolder = 'must be a folder: end in "/" and not start with it';

describe("a prefix that is granted first", () => {
  test("is refused as a table's and as the results' folder", () => {
    const problems = problemsOf((stack) => {
      const lake = new DataLake(stack, "lake");
      lake.grantRead("analysts", ["views", "results"]);
      const catalog = new Catalog(stack, "catalog", { lake });
      catalog.addTable("views", { columns, prefix: "views" });
      new QueryLayer(stack, "queries", { catalog, resultPrefix: "results" });
    });
    expect(problems).toEqual([
      `test/catalog/views: prefix is "views": ${aFolder}`,
      `test/queries: resultPrefix is "results": ${aFolder}`,
    ]);
  });

  test("is told of once where it is wrong as a prefix as well", () => {
    const problems = problemsOf((stack) => {
      const lake = new DataLake(stack, "lake");
      lake.grantRead("analysts", ["a//b/"]);
      new Catalog(stack, "catalog", { lake }).addTable("views", { columns, prefix: "a//b/" });
    });
    expect(problems).toEqual(['test/lake: prefixes is "a//b/": must not have "//", a folder without a name']);
  });
});

test.each([
  ["te?m/*", "?"],
  ["*", "*"],
])("the prefix %j is not granted, because it would be a pattern", (prefix, wildcard) => {
  const problems = problemsOf((stack) => {
    const lake = new DataLake(stack, "lake");
    lake.grantRead("analysts", [prefix]);
    lake.grantWrite("writers", [prefix]);
  });
  const rule = `must not have ${JSON.stringify(wildcard)}, a wildcard in policies`;
  expect(problems).toEqual([`test/lake: prefixes is ${JSON.stringify(prefix)}: ${rule}`]);
});
