import { readFileSync } from "node:fs";
import { join } from "node:path";
import { producerCommand } from "@streaming-data-lake/producer/command";
import { readStack } from "@streaming-data-lake/terraform";
import { findStack } from "@streaming-data-lake/terraform/synth";
import { program } from "../program";
import type { Candidate, Project } from "./complete";

/** The scripts, commands and queries of the project in a folder. */
export function projectIn(folder: string): Project {
  const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { actions, defaultCommand } = program();
  const named = actions.map(({ command }) => command);
  return {
    scripts,
    programs: {
      "cli/main.ts": { named, unnamed: named.find((command) => command.name() === defaultCommand) },
      "producer/cli.ts": { named: [], unnamed: producerCommand() },
    },
    queries: () => queriesIn(join(folder, "cdktf.out")),
  };
}

/** The queries of the stack as it was last synthesized; none when it can't be read. */
function queriesIn(output: string): readonly Candidate[] {
  try {
    const { stack } = readStack(findStack(output));
    const queries = [...stack.namedQueries, ...stack.preparedStatements];
    return queries.map(({ name, description }) => ({ value: name, description }));
  } catch {
    return [];
  }
}
