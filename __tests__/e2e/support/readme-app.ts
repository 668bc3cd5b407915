import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CodeBlock, codeBlocks, read } from "../../docs/support";

const heading = "## Use the constructs in your own app";

/** The blocks of the README's section on an app of one's own. */
export function appBlocks(): CodeBlock[] {
  const lines = read("README.md").split("\n");
  const start = lines.indexOf(heading);
  const end = lines.findIndex((line, index) => index > start && line.startsWith("## "));
  return codeBlocks("README.md").filter(({ line }) => line > start && line <= end);
}

/** Writes the section's files, each to the name in its first line. */
export function writeAppFiles(folder: string): void {
  for (const { language, text } of appBlocks()) {
    const [, name] = /^\/\/ (\S+)$/m.exec(text) ?? [];
    if (language === "js" && name) writeFileSync(join(folder, name), text);
  }
}
