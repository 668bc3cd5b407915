import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { calls, longNumbers, notCompared } from "../terraform/expressions/calls";
import { corpus } from "../terraform/expressions/corpus";
import { failed } from "../terraform/expressions/evaluated";
import { describeTerraform } from "./support/requirements";

/** Expressions in one line of Terraform's console, which takes 64 KiB. */
const perLine = 200;

/** What Terraform makes of the expressions, each as JSON. */
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

describeTerraform("expressions, in terraform console", () => {
  it("come out as recorded; if the record is to change: npm run test:e2e -- expressions -u", async () => {
    const all = [...new Set([corpus, calls, { longNumbers }].flatMap((some) => Object.values(some).flat()))];
    const answers: (readonly [string, string])[] = [];
    for (let start = 0; start < all.length; start += perLine) {
      const some = all.slice(start, start + perLine);
      answers.push(...terraformConsole(some).map((answer, at) => [some[at] ?? "", answer] as const));
    }
    const text = JSON.stringify(Object.fromEntries(answers), null, 2);
    await expect(`${text}\n`).toMatchFileSnapshot("../terraform/expressions/recorded/answers.json");
  });

  it("are calls of every function that Terraform has, five at least, but of those that can't be compared", () => {
    const { stdout } = spawnSync("terraform", ["metadata", "functions", "-json"], { encoding: "utf8" });
    const { function_signatures: known } = JSON.parse(stdout) as { function_signatures: object };
    const names = Object.keys(known).filter((name) => !name.includes("::"));
    expect(names.filter((name) => !(name in notCompared) && (calls[name]?.length ?? 0) < 5)).toEqual([]);
  });
});
