/**
 * Writes `signatures.ts` from the result of Trino's SHOW FUNCTIONS, given as JSON lines
 * (`{name, returns, arguments, kind, deterministic}`):
 *
 *     node --import tsx local/lake/trino/functions/signatures/generate.ts FILE.jsonl
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Row {
  readonly name: string;
  readonly returns: string;
  readonly arguments: string;
  readonly kind: string;
  readonly deterministic: boolean;
}

const file = process.argv[2];
if (file === undefined) {
  console.error("usage: generate.ts FILE.jsonl");
  process.exit(2);
}
const lines = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row)
  .filter(({ kind }) => kind !== "table")
  .map((row) => {
    const kind = row.deterministic ? row.kind[0] : "v";
    return `${kind} ${row.name.toLowerCase()}(${row.arguments}) ${row.returns}`;
  });
/** SHOW FUNCTIONS does not list this function. */
lines.push("s version() varchar");
writeFileSync(
  join(__dirname, "signatures.ts"),
  `/**
 * Trino's functions: kind (s scalar, v scalar with another answer at each call, a aggregate, w window), name,
 * parameters and result. Written by generate.ts from SHOW FUNCTIONS of Trino 476.
 */
export const signatures = \`
${lines.join("\n")}
\`;
`,
);
