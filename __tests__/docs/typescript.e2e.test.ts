import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { linkProject } from "../../scripts/docs/linked-project";
import { codeBlocks, pages, root } from "./support";

/** Names that the pages' code takes as given. */
const given = `
declare const records: readonly { readonly partitionKey: string; readonly data: string }[];
declare const report: (error: unknown) => void;
`;

const blocks = pages.flatMap(codeBlocks).filter(({ language }) => language === "ts");
const project = linkProject();
afterAll(() => project.remove());

it("the TypeScript of every page type-checks", () => {
  expect(blocks.length).toBeGreaterThan(1);
  const folder = join(project.folder, "blocks");
  mkdirSync(folder);
  writeFileSync(join(folder, "given.d.ts"), given);
  for (const [index, { page, line, text }] of blocks.entries()) {
    const isImport = /^import [^;]*;$/gm;
    const imports = text.match(isImport) ?? [];
    // Pages await at the top level, which a CommonJS module may not.
    const body = `${imports.join("\n")}\n// ${page}:${line}\nexport async function block() {\n${text.replace(isImport, "")}\n}\n`;
    writeFileSync(join(folder, `block-${index}.ts`), body);
  }
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../tsconfig.json",
      compilerOptions: { noUnusedLocals: false },
      include: ["*.ts"],
      exclude: [],
    }),
  );
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "-p", folder],
    {
      encoding: "utf8",
    },
  );
  expect(stdout).toBe("");
});
