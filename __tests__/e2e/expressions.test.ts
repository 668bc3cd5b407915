import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { failed, inTemplate } from "../terraform/expressions/evaluated";
import { calls, longNumbers, notCompared } from "../terraform/expressions/recorded/calls";
import { converted, declared, refusedVariables } from "../terraform/expressions/recorded/constraints";
import { corners } from "../terraform/expressions/recorded/corners";
import { corpus } from "../terraform/expressions/recorded/corpus";
import { syntax, templates } from "../terraform/expressions/recorded/syntax";
import { describeTerraform } from "./support/requirements";

/** Expressions in one line of Terraform's console, which takes 64 KiB. */
const perLine = 200;

/** What is asked of every subject. */
const allOf = (subjects: Readonly<Record<string, readonly string[]>>) => Object.values(subjects).flat();

const terraform = (folder: string, args: readonly string[], input = "") =>
  spawnSync("terraform", [`-chdir=${folder}`, ...args], {
    input,
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1" },
  });

/** What Terraform makes of one line, in a folder: the JSON of a list of texts. */
function terraformConsole(line: string, folder: string): string[] {
  const { stdout, stderr } = terraform(folder, ["console"], `${line}\n`);
  try {
    return JSON.parse(JSON.parse(stdout)) as string[];
  } catch {
    throw new Error(`${line}: ${stdout}${stderr}`);
  }
}

/** What each is evaluated to, as JSON. */
function answers(all: readonly string[], question: (text: string, at: number) => string, folder: string) {
  const questions = all.map((text, at) => `try(${question(text, at)}, "${failed}")`);
  const found: string[] = [];
  for (let start = 0; start < all.length; start += perLine)
    found.push(
      ...terraformConsole(`jsonencode([${questions.slice(start, start + perLine).join(", ")}])`, folder),
    );
  return Object.fromEntries(all.map((text, at) => [text, found[at] ?? ""]));
}

function folderWith(stack: object): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(stack));
  return folder;
}

/** Templates that are not evaluated yet, as `local.text0` and so on. */
function localTexts(all: readonly string[]) {
  const escaped = all.map((text) => text.replace(/[$%]\{/g, (sign) => `${sign[0]}${sign}`));
  return { locals: Object.fromEntries(escaped.map((text, at) => [`text${at}`, text])) };
}

/** Variables with a type and a default, as `var.it0` and so on. */
const variables = (all: readonly (readonly [type: string, value: unknown, message?: string])[]) => ({
  variable: Object.fromEntries(all.map(([type, value], at) => [`it${at}`, { type, default: value }])),
});

describeTerraform("expressions, in terraform console", () => {
  it("come out as recorded; if the record is to change: npm run test:e2e -- expressions -u", async () => {
    const lines = [...new Set([...allOf(corpus), ...allOf(calls), ...allOf(corners), ...longNumbers])];
    const texts = [...allOf(syntax).map(inTemplate), ...allOf(templates)];
    const string = (_: string, at: number) => `jsonencode(templatestring(local.text${at}, {}))`;
    const values = converted.map(([type, value]) => declared(type, value));
    const all = {
      ...answers(lines, (expression) => `jsonencode(${expression})`, temporaryFolder()),
      ...answers(texts, string, folderWith(localTexts(texts))),
      ...answers(values, (_, at) => `jsonencode(var.it${at})`, folderWith(variables(converted))),
    };
    await expect(`${JSON.stringify(all, null, 2)}\n`).toMatchFileSnapshot(
      "../terraform/expressions/recorded/answers.json",
    );
  });

  it("are given variables whose type or value is refused", () => {
    const { stdout } = terraform(folderWith(variables(refusedVariables)), ["validate", "-json"]);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { snippet: { context: string } }[] };
    const refused = new Set(diagnostics.map(({ snippet }) => snippet.context));
    expect([...refused]).toEqual(refusedVariables.map((_, at) => `variable.it${at}`));
  });

  it("are calls of every function that Terraform has, five at least, but of those that can't be compared", () => {
    const { stdout } = spawnSync("terraform", ["metadata", "functions", "-json"], { encoding: "utf8" });
    const { function_signatures: known } = JSON.parse(stdout) as { function_signatures: object };
    const names = Object.keys(known).filter((name) => !name.includes("::"));
    expect(names.filter((name) => !(name in notCompared) && (calls[name]?.length ?? 0) < 5)).toEqual([]);
  });
});
