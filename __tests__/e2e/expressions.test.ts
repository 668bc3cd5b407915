import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { calls, longNumbers, notCompared } from "../terraform/expressions/calls";
import { corpus } from "../terraform/expressions/corpus";
import { failed, inTemplate } from "../terraform/expressions/evaluated";
import { syntax, templates } from "../terraform/expressions/syntax";
import { describeTerraform } from "./support/requirements";

/** Expressions in one line of Terraform's console, which takes 64 KiB. */
const perLine = 200;

/** What is the same for every subject. */
const of = (subjects: Readonly<Record<string, readonly string[]>>) => Object.values(subjects).flat();

/** What Terraform makes of one line, in a folder: the JSON of a list of texts. */
function terraformConsole(line: string, folder: string): string[] {
  const { stdout, stderr } = spawnSync("terraform", [`-chdir=${folder}`, "console"], {
    input: `${line}\n`,
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1" },
  });
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

/** A folder where `local.texts` are templates that are not evaluated yet. */
function folderWith(all: readonly string[]): string {
  const folder = temporaryFolder();
  const escaped = all.map((text) => text.replace(/[$%]\{/g, (sign) => `${sign[0]}${sign}`));
  const locals = Object.fromEntries(escaped.map((text, at) => [`text${at}`, text]));
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ locals }));
  return folder;
}

describeTerraform("expressions, in terraform console", () => {
  it("come out as recorded; if the record is to change: npm run test:e2e -- expressions -u", async () => {
    const lines = [...new Set([...of(corpus), ...of(calls), ...longNumbers])];
    const texts = [...of(syntax).map(inTemplate), ...of(templates)];
    const inText = folderWith(texts);
    const string = (_: string, at: number) => `jsonencode(templatestring(local.text${at}, {}))`;
    const all = {
      ...answers(lines, (expression) => `jsonencode(${expression})`, temporaryFolder()),
      ...answers(texts, string, inText),
    };
    await expect(`${JSON.stringify(all, null, 2)}\n`).toMatchFileSnapshot(
      "../terraform/expressions/recorded/answers.json",
    );
  });

  it("are calls of every function that Terraform has, five at least, but of those that can't be compared", () => {
    const { stdout } = spawnSync("terraform", ["metadata", "functions", "-json"], { encoding: "utf8" });
    const { function_signatures: known } = JSON.parse(stdout) as { function_signatures: object };
    const names = Object.keys(known).filter((name) => !name.includes("::"));
    expect(names.filter((name) => !(name in notCompared) && (calls[name]?.length ?? 0) < 5)).toEqual([]);
  });
});
