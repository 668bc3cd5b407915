import { describe, expect, it } from "vitest";
import { codeBlocks } from "./support";

/** The commands of a page's blocks, without their comments. */
const commandsOf = (page: string): string[] =>
  codeBlocks(page).map(({ text }) =>
    text
      .split("\n")
      .map((line) => line.replace(/\s*#.*$/, ""))
      .join("\n"),
  );

describe("README.es.md", () => {
  it("has the commands of README.md's first screens, word for word, which are run there", () => {
    const spanish = commandsOf("README.es.md");
    expect(spanish.length).toBeGreaterThan(2);
    expect(commandsOf("README.md").slice(0, spanish.length)).toEqual(spanish);
  });
});
