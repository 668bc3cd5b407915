import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { elsewhere } from "../../local/console/page/build";
import { parametersOf } from "../../local/console/page/sql/parameters";

it.each([
  ["SELECT ?, /* a */ ?", 2],
  [`SELECT '?', "?" -- ?\n /* ? */`, 0],
  ["SHOW COLUMNS IN `a?`", 0],
  ["ALTER TABLE t SET TBLPROPERTIES ('a' = 'it\\'s ?')", 0],
])("a statement's parameters are its question marks: %s", (sql, count) => {
  expect(parametersOf(sql)).toBe(count);
});

it("the page is built anew when one of its sources is newer, wherever that is", async () => {
  const page = join(__dirname, "../../local/console/page");
  const { metafile } = await build({
    absWorkingDir: page,
    entryPoints: ["main.ts"],
    bundle: true,
    splitting: true,
    format: "esm",
    outdir: "unused",
    write: false,
    metafile: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "silent",
  });
  const others = Object.keys(metafile.inputs).filter(
    (path) => path.startsWith("../") && !path.includes("node_modules"),
  );
  expect(others.toSorted()).toEqual(elsewhere);
});
