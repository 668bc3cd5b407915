/** Writes the generated tables of README.md and docs/ and the schema of cdktf.json again: `npm run docs`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configurationSchema, configurationSchemaPath } from "./docs/configuration-schema";
import { generatedBlocks, updated } from "./docs/pages";

const root = join(__dirname, "..");
const blocks = generatedBlocks();
for (const page of new Set(blocks.map((block) => block.page))) {
  const path = join(root, page);
  const before = readFileSync(path, "utf8");
  const after = updated(before, page, blocks);
  if (after !== before) writeFileSync(path, after);
  console.log(`${page}: ${after === before ? "up to date" : "written"}`);
}
writeFileSync(join(root, configurationSchemaPath), configurationSchema());
