/** Number of question marks in a statement outside of strings, quoted names and comments. */
export function parametersOf(sql: string): number {
  const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(\?)/g;
  return [...sql.matchAll(tokens)].filter(([, mark]) => mark !== undefined).length;
}
