import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { evaluate } from "../../terraform/expressions/evaluate";
import { jsonText } from "../../terraform/expressions/functions/json";
import { parseExpression } from "../../terraform/expressions/parse";
import type { Value } from "../../terraform/values";
import { corpus } from "../terraform/expressions/corpus";
import { describeTerraform } from "./support/requirements";

const failed = "fails";

/** What Terraform makes of the expressions, each as JSON, in one run of its console. */
function terraformConsole(expressions: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "expressions-"));
  try {
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
  } finally {
    rmSync(folder, { recursive: true, force: true });
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
    return jsonText(evaluate(parseExpression(expression), scope));
  } catch {
    return failed;
  }
}

/** Numbers as doubles: Terraform's have more digits. */
const rounded = (json: string): string => (json === failed ? json : jsonText(JSON.parse(json) as Value));

describeTerraform("expressions, beside terraform console", () => {
  it.each(Object.entries(corpus))("%s come out as in Terraform", (_, expressions) => {
    const expected = terraformConsole(expressions).map(rounded);
    const differences = expressions.flatMap((expression, at) => {
      const actual = evaluated(expression);
      return actual === expected[at] ? [] : [`${expression}: ${actual} instead of ${expected[at]}`];
    });
    expect(differences).toEqual([]);
  });
});
