import { describe, expect, it } from "vitest";
import { defaultAwsPort, defaultConsolePort } from "../../cli/run/default-ports";
import { codeBlocks, read } from "./support";

describe("whoever opens the project for the first time", () => {
  it("finds npm's scripts for the commands that pages name", () => {
    const { scripts } = JSON.parse(read("package.json"));
    expect(scripts).toMatchObject({
      producer: "node scripts/run.cjs producer/cli.ts",
      help: "node scripts/run.cjs cli/main.ts help",
    });
    expect(read("README.md")).toContain("`npm run help` lists all commands");
  });

  it("can open it in a container, which installs it and forwards the ports that it serves", () => {
    const container = JSON.parse(read(".devcontainer/devcontainer.json").replace(/^\s*\/\/.*$/gm, ""));
    expect(container).toMatchObject({
      postCreateCommand: "npm ci",
      forwardPorts: [defaultAwsPort, defaultConsolePort],
    });
  });

  it("reads which commands need credentials before the first that does, and each is marked", () => {
    const page = "docs/operations.md";
    const needing = /^(?:aws |terraform |npx cdktf )|--aws\b/m;
    const [, before = ""] = /^# Operations\n([\s\S]*?)^## /m.exec(read(page)) ?? [];
    expect(before.replace(/\s+/g, " ")).toContain("need credentials for the account");
    const unmarked = codeBlocks(page).filter(
      ({ language, text }) => language !== "sh aws" && needing.test(text),
    );
    expect(unmarked).toEqual([]);
  });

  it("finds in Troubleshooting what Ctrl-C at the question of cdktf leaves", () => {
    const [, troubleshooting = ""] = /^## Troubleshooting\n([\s\S]*)/m.exec(read("README.md")) ?? [];
    expect(troubleshooting).toMatch(/^\| Ctrl-C at the question of `cdktf apply` or `cdktf destroy` \|/m);
  });

  it.each([
    ["docs/lab.md", "ends in a newline"],
    ["docs/lab.es.md", "acaba en un salto de línea"],
  ])(
    "reads in %s how a time is written for the schema, and why a record ends in a newline",
    (page, newline) => {
      const text = read(page).replace(/\s+/g, " ");
      expect(text).toContain("`isoformat()`");
      expect(text).toContain(newline);
    },
  );
});
