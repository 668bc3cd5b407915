/**
 * Replaces the text between `<!-- name:begin -->` and `<!-- name:end -->`.
 *
 * @throws Error when the text has no such block.
 */
export function replaceBlock(text: string, name: string, content: string): string {
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`there is no ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n${content.trim()}\n${text.slice(to)}`;
}

export type Align = "left" | "right";

/** A Markdown table. `|` in a cell is escaped. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Align[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(heads),
    `|${heads.map((_, column) => (align[column] === "right" ? "---:" : "---")).join("|")}|`,
    ...rows.map((row) => line(row.map((cell) => cell.replaceAll("|", "\\|")))),
  ].join("\n");
}
