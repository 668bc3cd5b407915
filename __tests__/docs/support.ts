import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** The project's folder. */
export const root = join(__dirname, "../..");

const generated = new Set([
  "node_modules",
  "cdktf.out",
  "hcl.out",
  "packages.out",
  ".git",
  ".local",
  "reports",
  "coverage",
]);

/** Paths of the project's files, from its folder, that end in one of these. */
export function filesEndingIn(...endings: readonly string[]): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (generated.has(entry.name) || entry.name.startsWith(".stryker")) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(relative(root, path));
    }
  };
  visit(root);
  return found.sort();
}

export const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** The pages that people write. */
export const pages = filesEndingIn(".md").filter((path) => !/^(?:\.github|docs\/api)\//.test(path));

export interface CodeBlock {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page. */
export function codeBlocks(page: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { line: number; language: string; lines: string[] } | undefined;
  for (const [index, line] of read(page).split("\n").entries()) {
    const [, fence] = /^```(.*)$/.exec(line) ?? [];
    if (fence === undefined) open?.lines.push(line);
    else if (!open) open = { line: index + 1, language: fence.trim(), lines: [] };
    else {
      blocks.push({ page, line: open.line, language: open.language, text: open.lines.join("\n") });
      open = undefined;
    }
  }
  return blocks;
}

/** The page without its fenced blocks. */
export function prose(page: string): string {
  return read(page).replace(/^```[\s\S]*?^```$/gm, "");
}
