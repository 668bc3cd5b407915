import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LinkedProject, linkProject } from "../../scripts/docs/linked-project";
import { runCli } from "../cli/support";
import { codeBlocks } from "./support";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "docs/operations.md",
  "docs/scale.md",
  "docs/security.md",
  "docs/cdk-terrain.md",
];

/** Blocks marked so need an account, as do these commands of blocks that are not. */
const needsAccount = [
  /^aws /,
  /^npx cdktf (plan|apply|destroy)$/,
  /^npx tsx producer$/,
  /^npm run query -- --aws /,
  /^npm run verify -- --aws/,
];

/** What other tests or the gate run, and which. */
const runElsewhere: Readonly<Record<string, string>> = {
  "npm ci": "the gate",
  "npm ci && npm test": "the gate",
  "npm run check": "the gate",
  "npm test": "the gate",
  "npm ci && npm start": "here, without the installation, and __tests__/cli/start.test.ts",
  "npx cdktf synth": "__tests__/e2e",
  "npm run local": "the lab's test",
  "npx tsx producer --local --count 1000 --rate 200": "the lab's test",
  "npm install ./streaming-data-lake-0.1.0.tgz cdktf constructs @cdktf/provider-aws":
    "__tests__/e2e/packages.test.ts",
  "npm install --save-dev ./streaming-data-lake-runner-0.1.0.tgz ./streaming-data-lake-producer-0.1.0.tgz":
    "__tests__/e2e/packages.test.ts",
  "node main.mjs": "__tests__/e2e/packages.test.ts",
  'seq 1 100 | sed \'s|.*|{"page":"/&","milliseconds":&}|\' | npx kinesis-producer --local --file - --key page':
    "__tests__/e2e/packages.test.ts",
  "npm run cdk-terrain": "installs packages: by hand, at a new version of either",
  "cd cdktf.out/stacks/sensor-lake": "with the next two",
  "terraform init && terraform plan -out plan.bin && terraform show -json plan.bin > plan.json":
    "__tests__/e2e",
  "checkov --config-file ../../../.checkov.yaml --file plan.json": "needs Checkov, a Python program",
};

interface Command {
  readonly place: string;
  readonly text: string;
}

const commands: Command[] = pages.flatMap((page) =>
  codeBlocks(page)
    .filter(({ language }) => language === "sh")
    .flatMap(({ line, text }) =>
      text
        .split("\n")
        .map((each, index) => ({
          place: `${page}:${line + 1 + index}`,
          text: each.replace(/\s+# .*$/, "").trim(),
        }))
        .filter((command) => command.text !== "" && !command.text.startsWith("#")),
    ),
);
const here = commands.filter(
  ({ text }, index) =>
    !(text in runElsewhere) &&
    !needsAccount.some((pattern) => pattern.test(text)) &&
    commands.findIndex((other) => other.text === text) === index,
);

describe("the commands that the pages show", () => {
  let project: LinkedProject;
  const run = (command: string) =>
    spawnSync(command, { cwd: project.folder, shell: true, encoding: "utf8", timeout: 120_000 });
  /** The cost of a load on the stack that `npm start` has synthesized, without starting npm. */
  const runCost = async (options: string) => {
    const stack = join(project.folder, "cdktf.out/stacks/sensor-lake");
    const { code, ...written } = await runCli(["cost", "--stack", stack, ...options.trim().split(/\s+/)]);
    return { status: code, ...written };
  };

  beforeAll(() => {
    project = linkProject();
    const { status, stdout, stderr } = run("npm start");
    if (status !== 0) throw new Error(`npm start ended with ${status}\n${stdout}${stderr}`);
  }, 120_000);
  afterAll(() => project.remove());

  it.each(here.map(({ text, place }) => [text, place] as const))(
    "%s (%s)",
    async (text) => {
      const [, loads] = /^npm run cost -- (.*)$/.exec(text) ?? [];
      const { status, stdout, stderr } = loads === undefined ? run(text) : await runCost(loads);
      expect(`${status} ${stderr.replace(/^(npm|Note:|\d|\s).*$/gm, "").trim()}`).toBe("0 ");
      expect(stdout.length).toBeGreaterThan(100);
    },
    120_000,
  );

  it("are each run here, run elsewhere, or need an account", () => {
    expect(here.length).toBeGreaterThan(5);
    const shown = commands.map(({ text }) => text);
    expect(Object.keys(runElsewhere).filter((text) => !shown.includes(text))).toEqual([]);
  });
});
