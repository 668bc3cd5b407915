import { readStack } from "@streaming-data-lake/terraform";
import { setupOf } from "../../cli/cost/setup";
import { argumentsTable } from "./arguments-table";
import { replaceBlock } from "./blocks";
import { costTable } from "./cost-table";
import { withDefaultStack } from "./default-stack";
import { functionsTable } from "./functions-table";
import { dayTable, limitsTable, streamTable } from "./scale-tables";
import { settingsTable } from "./settings-table";

export interface GeneratedBlock {
  /** Path of the page, relative to the project's folder. */
  readonly page: string;
  readonly name: string;
  readonly content: string;
}

/** All generated parts of the pages. */
export function generatedBlocks(): readonly GeneratedBlock[] {
  const setup = withDefaultStack((file) => setupOf(readStack(file)));
  return [
    { page: "README.md", name: "settings", content: settingsTable() },
    { page: "README.md", name: "cost", content: costTable(setup) },
    { page: "docs/scale.md", name: "stream", content: streamTable(setup) },
    { page: "docs/scale.md", name: "day", content: dayTable(setup) },
    { page: "docs/scale.md", name: "limits", content: limitsTable(setup) },
    { page: "local/README.md", name: "arguments", content: argumentsTable() },
    { page: "docs/sql.md", name: "functions", content: functionsTable() },
  ];
}

/** The text of a page with up-to-date generated parts. */
export function updated(text: string, page: string, blocks: readonly GeneratedBlock[]): string {
  return blocks
    .filter((block) => block.page === page)
    .reduce((result, { name, content }) => replaceBlock(result, name, content), text);
}
