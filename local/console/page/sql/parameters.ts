/** How many question marks a statement has outside of texts, names and comments. */
export function parametersOf(sql: string): number {
  const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(\?)/g;
  return [...sql.matchAll(tokens)].filter(([, mark]) => mark !== undefined).length;
}
