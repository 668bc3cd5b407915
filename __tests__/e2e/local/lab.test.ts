import { cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingLine, type Step, stepsOf } from "../../docs/guide";
import { root } from "../../docs/support";
import { Commands, processesWith, repeat } from "../../docs/terminal";
import { temporaryFolder } from "../../support/folders";

const steps = stepsOf("docs/lab.md");

/** A step takes a second or five; a machine with much else to do takes longer. Milliseconds. */
const stepTimeout = 100_000;

describe("the lab, followed word by word,", () => {
  const folder = temporaryFolder();
  let secondTerminal: Commands | undefined;
  const all: Commands[] = [];
  const outputs = new Map<Step, string>();
  let broken = false;

  beforeAll(() => {
    copyProject(folder);
  });

  afterAll(() => {
    for (const commands of all) commands.kill();
  });

  const follow = async (step: Step): Promise<string> => {
    const asShown = (output: string) => missingLine(step.shown, output) === undefined;
    if (step.kind === "stop") {
      if (!secondTerminal) throw new Error(`line ${step.line}: nothing runs in the second terminal`);
      const before = secondTerminal.output.length;
      secondTerminal.interrupt();
      // npm ends by the signal that its script was given.
      expect([0, 130, "SIGINT"]).toContain(await secondTerminal.end(stepTimeout));
      return secondTerminal.output.slice(before);
    }
    if (step.kind === "repeat") {
      const commands = await repeat(step.commands, folder, asShown, stepTimeout / 2);
      all.push(commands);
      return commands.output;
    }
    const commands = new Commands(step.commands, folder);
    all.push(commands);
    if (step.kind === "start") {
      secondTerminal = commands;
      await commands.until(asShown, stepTimeout);
    } else expect(await commands.end(stepTimeout), commands.output).toBe(0);
    return commands.output;
  };

  for (const step of steps.filter(({ kind }) => !["once", "aws", "python"].includes(kind)))
    it(`shows what it says (line ${step.line}): ${step.commands.split("\n")[0]}`, async ({ skip }) => {
      if (broken) skip("a step before failed");
      broken = true;
      const output = await follow(step);
      const missing = missingLine(step.shown, output);
      expect(missing, `${missing}\nis not in\n${output}`).toBeUndefined();
      outputs.set(step, output);
      broken = false;
    }, 120_000);

  /** What a step showed, by a part of its commands. */
  const outputOf = (part: string): string =>
    [...outputs].find(([{ commands }]) => commands.includes(part))?.[1] ?? "";

  it("reads several times fewer bytes of Parquet than of JSON", () => {
    const [parquet = 0, json = 0] = numbers(outputOf("AVG(temperature)"), /([\d.]+) KiB scanned/g);
    expect(parquet).toBeGreaterThan(0);
    expect(json / parquet).toBeGreaterThan(3);
  });

  it("writes a buffer that is full at its size, and one that is old before", () => {
    const output = [...outputs].filter(([{ commands }]) => commands.startsWith("wc")).at(-1)?.[1] ?? "";
    const [old = 0, full = 0] = numbers(output, /^ *\d+ +(\d+) \.local/gm);
    expect(old).toBeLessThan(20_000);
    expect(full).toBeGreaterThanOrEqual(1024 * 1024);
    expect(full).toBeLessThan(1.1 * 1024 * 1024);
  });

  it("sends more slowly with a hot key", () => {
    const [hot = 0, even = 0] = numbers(outputOf("--count 4000"), /in ([\d.]+) s/g);
    expect(even).toBeGreaterThan(0);
    expect(hot).toBeGreaterThan(even);
  });

  it("leaves no process and no file behind", async () => {
    await expect.poll(() => all.some(({ running }) => running), { timeout: 10_000 }).toBe(false);
    expect(processesWith(folder)).toEqual([]);
    const made = ["cdktf.out", "examples.out", ".local"];
    expect(readdirSync(folder).filter((name) => made.includes(name))).toEqual([]);
  });
});

function numbers(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map(([, number]) => Number(number));
}

/** A clone with the packages of this one, but for its own workspaces. */
function copyProject(folder: string): void {
  const scope = "node_modules/@streaming-data-lake";
  const sources = [
    "aggregation",
    "cli",
    "command",
    "constructs",
    "dataset",
    "examples",
    "functions",
    "local",
    "producer",
    "rules",
    "scripts",
    "stacks",
    "terraform",
    "timing",
  ];
  for (const path of [...sources, "main.ts", "cdktf.json", "package.json", "tsconfig.json"])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  mkdirSync(join(folder, scope), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules")))
    if (name !== "@streaming-data-lake" && name !== ".vite")
      symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  for (const name of readdirSync(join(root, scope)))
    symlinkSync(
      join(folder, relative(root, realpathSync(join(root, scope, name)))),
      join(folder, scope, name),
    );
}
