import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { Stages } from "../../cli/start/stages";

/** What a run of two stages writes to an output. */
async function written(output: { readonly isTTY?: boolean; readonly columns?: number }): Promise<string> {
  let text = "";
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const stages = new Stages(Object.assign(stream, output));
  await stages.run(
    "process",
    async () => 100,
    (count) => `${count} processed, 0 invalid, 0 failed; 4 above the threshold`,
  );
  await stages.run(
    "query",
    async () => {},
    () => "3 questions answered",
  );
  return text;
}

describe("the stages of npm start", () => {
  it("are each a line with a time where the output is no terminal", async () => {
    expect(await written({})).toMatch(
      /^ {2}✓ process {4}100 processed, .* threshold +\d\.\d\d s\n {2}✓ query {6}3 questions answered +\d\.\d\d s\n$/,
    );
  });

  it.each([100, 80, 60])("fit a terminal of %i columns, with the time on the first line", async (columns) => {
    const shown = (await written({ isTTY: true, columns }))
      .split("\n")
      .map((line) => stripVTControlCharacters(line.replace(/^[^\n]*\r/, "")));
    expect(Math.max(...shown.map(({ length }) => length))).toBeLessThan(columns);
    expect(shown[0]).toMatch(/^ {2}✓ process {4}100 processed, .* \d\.\d\d s$/);
    expect(shown[0]?.includes("4 above the threshold")).toBe(columns >= 80);
    expect(shown.join("\n")).toContain("above the threshold");
  });
});
