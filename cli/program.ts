import type { Program } from "@streaming-data-lake/command";
import { completionCommand } from "./completion/command";
import { costCommand } from "./cost/command";
import { deadLettersCommand } from "./dead-letters/command";
import { destroyCommand } from "./destroy/command";
import { flushCommand } from "./flush/command";
import { hclCommand } from "./hcl/command";
import { logsCommand } from "./logs/command";
import { permissionsCommand } from "./permissions/command";
import { lake } from "./process";
import { queryCommand } from "./query/command";
import { rollupCommand } from "./rollup/command";
import { runCommand } from "./run/command";
import { startCommand } from "./start/command";
import { simulatorFor } from "./start/simulator-for";
import { statusCommand } from "./status/command";
import { verifyCommand } from "./verify/command";

/**
 * All commands of this project. The code of a command is loaded only when it is called, so that each command starts
 * fast.
 */
export const program = (): Program =>
  lake("npm run local --", "The streaming data lake on this machine and on AWS.", [
    startCommand("npm start --"),
    runCommand(
      "npm run local --",
      [
        "status",
        "flush",
        "logs",
        "dead-letters",
        "rollup",
        "permissions",
        "query",
        "verify",
        "cost",
        "start",
        "hcl",
        "destroy",
        "completion",
      ],
      simulatorFor,
    ),
    statusCommand("npm run local -- status"),
    flushCommand("npm run local -- flush"),
    logsCommand("npm run local -- logs"),
    deadLettersCommand("npm run local -- dead-letters"),
    queryCommand("npm run query --"),
    rollupCommand("npm run local -- rollup"),
    permissionsCommand("npm run local -- permissions"),
    verifyCommand("npm run verify --"),
    costCommand("npm run cost --"),
    hclCommand("npm run hcl"),
    destroyCommand("npm run destroy --"),
    completionCommand("npm run local -- completion"),
  ]);
