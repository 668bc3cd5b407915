import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { evaluate } from "../../terraform/expressions/evaluate";
import { jsonText } from "../../terraform/expressions/functions/json";
import { parseTerraform } from "../../terraform/expressions/parse";
import type { Value } from "../../terraform/values";
import { temporaryFolder } from "../support/folders";
import { calls, longNumbers, notCompared } from "../terraform/expressions/calls";
import { corpus } from "../terraform/expressions/corpus";
import { describeTerraform } from "./support/requirements";

const failed = "fails";

/** What Terraform makes of the expressions, each as JSON, in one run of its console. */
function terraformConsole(expressions: readonly string[]): string[] {
  const folder = temporaryFolder();
  const items = expressions.map(
    (expression) => `try(jsonencode(${expression.replaceAll("\n", ", ")}), "${failed}")`,
  );
  const { stdout, stderr } = spawnSync("terraform", [`-chdir=${folder}`, "console"], {
    input: `jsonencode([${items.join(", ")}])\n`,
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1" },
  });
  try {
    return JSON.parse(JSON.parse(stdout)) as string[];
  } catch {
    throw new Error(`${expressions.join(" | ")}: ${stdout}${stderr}`);
  }
}

const scope = {
  folder: ".",
  lookup: (names: readonly string[]): { value: Value; used: number } => {
    throw new Error(`there is no ${names.join(".")}`);
  },
};

function evaluated(expression: string): string {
  try {
    return jsonText(evaluate(parseTerraform(expression), scope));
  } catch {
    return failed;
  }
}

/** What comes out otherwise than in Terraform. */
function differences(expressions: readonly string[]): string[] {
  const expected = terraformConsole(expressions);
  return expressions.flatMap((expression, at) => {
    const actual = evaluated(expression);
    return actual === expected[at] ? [] : [`${expression}: ${actual} instead of ${expected[at]}`];
  });
}

describeTerraform("expressions, beside terraform console", () => {
  it.each(Object.entries(corpus))("%s come out as in Terraform", (_, expressions) => {
    expect(differences(expressions)).toEqual([]);
  });

  it("numbers that a double can't hold come out with all their digits", () => {
    expect(differences(longNumbers)).toEqual([]);
  });

  it("every function that Terraform has is called five times at least, or can't be compared", () => {
    const { stdout } = spawnSync("terraform", ["metadata", "functions", "-json"], { encoding: "utf8" });
    const { function_signatures: known } = JSON.parse(stdout) as { function_signatures: object };
    const names = Object.keys(known).filter((name) => !name.includes("::"));
    expect(names.filter((name) => !(name in notCompared) && (calls[name]?.length ?? 0) < 5)).toEqual([]);
  });

  it.each(Object.entries(calls))("%s answers as in Terraform", (_, expressions) => {
    expect(differences(expressions)).toEqual([]);
  });
});
