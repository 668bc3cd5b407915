import type { Program } from "@streaming-data-lake/command";
import { QueryError } from "@streaming-data-lake/lake/errors";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { costCommand } from "./cost/command";
import { destroyCommand } from "./destroy/command";
import { hclCommand } from "./hcl/command";
import { permissionsCommand } from "./permissions/command";
import { queryCommand } from "./query/command";
import { rollupCommand } from "./rollup/command";
import { runCommand } from "./run/command";
import { startCommand } from "./start/command";
import { statusCommand } from "./status/command";

/**
 * All commands. What a command needs beyond its flags is loaded when it is called, so that none pays for the others.
 */
export const program = (): Program => ({
  name: "lake",
  invocation: "npm run local --",
  description: "The streaming data lake on this machine and on AWS.",
  actions: [
    startCommand(),
    runCommand(),
    statusCommand(),
    queryCommand(),
    rollupCommand(),
    permissionsCommand(),
    costCommand(),
    hclCommand(),
    destroyCommand(),
  ],
  defaultCommand: "run",
  mendable: [QueryError, StackError],
});
