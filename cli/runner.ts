#!/usr/bin/env -S node --import tsx
import { lake, runAsProcess } from "./process";
import { queryCommand } from "./query/command";
import { rollupCommand } from "./rollup/command";
import { runCommand } from "./run/command";
import { statusCommand } from "./status/command";

// The command line of the runner's package. It has the commands that need nothing but a synthesized stack.
runAsProcess(
  lake("npx lake", "Runs a synthesized stack on this machine, and asks its lake in SQL.", [
    runCommand("npx lake", ["status", "rollup", "query"]),
    statusCommand("npx lake status"),
    queryCommand("npx lake query"),
    rollupCommand("npx lake rollup"),
  ]),
);
