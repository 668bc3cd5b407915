import { labQueries } from "@streaming-data-lake/dataset/queries";
import { describe, expect, it } from "vitest";
import { queryCommand } from "../../cli/query/command";
import { parseArguments } from "../../producer/command/args";
import { stepsOf } from "./guide";
import { codeBlocks, read } from "./support";

const english = "docs/lab.md";
const spanish = "docs/lab.es.md";
const steps = stepsOf(english);

describe("the lab guide", () => {
  it("has the same commands and outputs in both languages", () => {
    const blocks = (page: string) => codeBlocks(page).map(({ language, text }) => ({ language, text }));
    expect(blocks(spanish)).toEqual(blocks(english));
  });

  it("has the same chapters in both languages, and each page leads to the other", () => {
    const headings = (page: string) => read(page).match(/^#+(?= )/gm);
    expect(headings(spanish)).toEqual(headings(english));
    expect(read(english)).toContain("(lab.es.md)");
    expect(read(spanish)).toContain("(lab.md)");
  });

  it("installs as a clone is installed", () => {
    expect(steps.filter(({ kind }) => kind === "once").map(({ commands }) => commands)).toEqual(["npm ci"]);
  });

  it.each(steps.filter(({ kind }) => kind === "aws").flatMap(({ commands }) => commands.split("\n")))(
    "has a command for AWS that exists, with flags that exist: %s",
    (command) => {
      expect(() => check(command)).not.toThrow();
    },
  );

  it("asks the lab's three questions, here and on AWS", () => {
    for (const kind of ["run", "aws"]) {
      const commands = steps.filter((step) => step.kind === kind).map((step) => step.commands);
      const names = [...commands.join("\n").matchAll(/--name ([\w-]+)/g)].map(([, name]) => name);
      expect(names.toSorted()).toEqual(labQueries.map(({ name }) => name).toSorted());
    }
  });
});

/** @throws Error when a command is none of this project's, or would refuse its flags. */
function check(command: string): void {
  if (["npx cdktf plan", "npx cdktf apply", "npm run destroy"].includes(command)) return;
  if (/^terraform -chdir=cdktf\.out\/stacks\/sensor-lake (init|plan)$/.test(command)) return;
  // AWS's own command has flags of its own.
  if (/^aws [a-z0-9-]+ [a-z0-9-]+ --/.test(command)) return;
  const [, program, flags = ""] = /^(npx tsx producer|npm run query --)(?: (.+))?$/.exec(command) ?? [];
  const args = flags.split(" ").filter((arg) => arg !== "");
  if (program === "npx tsx producer") parseArguments(args);
  else if (program === "npm run query --")
    queryCommand("npm run query --")
      .command.action(() => {})
      .parse(args, { from: "user" });
  else throw new Error(`"${command}" is no command of this project`);
}
