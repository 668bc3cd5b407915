import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { complete } from "../../../cli/completion/complete";
import { projectIn } from "../../../cli/completion/project";
import { temporaryFolder } from "../../support/folders";
import { synthesizeInto } from "../../support/pipeline-folder";
import { program } from "../../support/program";
import { runCli } from "../support";

const root = join(__dirname, "../../..");
const project = projectIn(root);

describe("what may stand next in a line", () => {
  const valuesAfter = (line: string) => complete(line.split(" "), project)?.map(({ value }) => value);

  it.each([
    ["npm run quer", ["query"]],
    ["npm run query ", ["--"]],
    ["npm run query -- --na", ["--name"]],
    ["npm run query -- --name latest-readings --format c", ["csv"]],
    ["npm run query -- --param a=1 --para", ["--param"]],
    ["npm start -- --o", ["--open"]],
    ["npm run local -- dead", ["dead-letters"]],
    ["npm run --silent local -- completion --", ["--help"]],
    ["npm run local -- status --j", ["--json"]],
    ["npm run local -- --enf", ["--enforce-limits"]],
    ["npm run help -- comp", ["completion"]],
    ["npm run producer -- --shard-limits o", ["on", "off"]],
    ["npx tsx producer --loc", ["--local"]],
    ["npx tsx producer --local --loc", []],
    ["npx tsx producer --file exam", []],
    ["npx cdktf pl", undefined],
    ["npm inst", undefined],
    ["npm test -- --w", undefined],
  ])("%s", (line, values) => {
    expect(valuesAfter(line)).toEqual(values);
  });

  it("is a query of the stack that was synthesized last, after --name", () => {
    const folder = temporaryFolder();
    copyFileSync(join(root, "package.json"), join(folder, "package.json"));
    const named = () => complete(["npm", "run", "query", "--", "--name", "lat"], projectIn(folder));
    expect(named()).toEqual([]);
    synthesizeInto(join(folder, "cdktf.out"));
    expect(named()).toEqual([
      { value: "late-readings", description: expect.any(String) },
      { value: "latest-readings", description: "The ten latest readings" },
    ]);
  });
});

describe("a shell, at Tab", () => {
  let scripts: Readonly<Record<"bash" | "fish", string>>;

  beforeAll(async () => {
    const scriptFor = async (shell: string) => (await runCli(["completion", shell])).stdout;
    scripts = { bash: await scriptFor("bash"), fish: await scriptFor("fish") };
    // Makes the program, which a shell would wait for otherwise.
    execFileSync(process.execPath, [...program("cli/completion/main.ts"), "npm", "run", ""], { cwd: root });
  });

  /** What bash offers in place of a line's last word. */
  function inBash(line: string, { cwd = root, before = "" } = {}): string[] {
    const words = line.split(" ");
    const script = `${before}
${scripts.bash}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}) COMP_CWORD=${words.length - 1}
[[ $(complete -p ${words[0]}) =~ -F\\ ([^ ]+) ]] && "\${BASH_REMATCH[1]}" '${words[0]}' '${words.at(-1)}' '${words.at(-2)}'
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], { cwd, encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.split("\n").filter((word) => word !== "");
  }

  it("completes in bash", () => {
    expect(inBash("npm run query -- --na")).toEqual(["--name"]);
    expect(inBash("npx tsx producer --loc")).toEqual(["--local"]);
  });

  it("leaves to bash other lines, and other folders, and what completed them before", () => {
    const before = "_npm() { COMPREPLY=(of npm); }; complete -o default -F _npm npm";
    expect(inBash("npm inst", { before })).toEqual(["of", "npm"]);
    expect(inBash("npm run quer", { before, cwd: "/" })).toEqual(["of", "npm"]);
    // Also when the script is read twice.
    expect(inBash("npm inst", { before: `${before}\n${scripts.bash}` })).toEqual(["of", "npm"]);
  });

  const hasFish = spawnSync("fish", ["--version"]).status === 0;

  it.runIf(hasFish)("completes in fish, with descriptions", () => {
    const script = `${scripts.fish}\ncomplete -C 'npm run query -- --na'`;
    expect(execFileSync("fish", ["--no-config", "-c", script], { cwd: root, encoding: "utf8" })).toContain(
      "--name\trun a query of the stack\n",
    );
  });
});

describe("npm run local -- completion", () => {
  it("refuses a shell that it does not know", async () => {
    expect(await runCli(["completion", "powershell"])).toEqual({
      code: 2,
      stdout: "",
      stderr: 'completion: the shell is "powershell"; it must be bash, zsh or fish\n',
    });
  });
});
