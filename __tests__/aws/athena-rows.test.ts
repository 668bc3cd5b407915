import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonPage } from "../../local/aws/services/athena/json-rows";
import { PagesAhead } from "../../local/aws/services/athena/pages-ahead";
import { csvLine } from "../../local/aws/services/athena/results";
import { temporaryFolder } from "../support/folders";

const folder = temporaryFolder();

interface Row {
  readonly Data: readonly { readonly VarCharValue?: string }[];
}

function pagesOf(path: string, most: number): Row[][] {
  const pages: Row[][] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const end = (next: number | undefined) => `],"next":${next ?? null}}`;
    const page = JSON.parse(jsonPage(path, { from, most, begin: '{"rows":[', end }).bytes.toString());
    pages.push(page.rows);
    from = page.next ?? undefined;
  }
  return pages;
}

function expectAllBack(values: readonly (readonly (string | null)[])[], most: number): void {
  const path = join(folder, "result.csv");
  writeFileSync(path, values.map(csvLine).join(""));
  const pages = pagesOf(path, most);
  expect(pages.flat()).toEqual(
    values.map((row) => ({ Data: row.map((value) => (value === null ? {} : { VarCharValue: value })) })),
  );
  for (const page of pages.slice(0, -1)) expect(page).toHaveLength(most);
}

it("a result's rows come back in pages whatever characters they have", () => {
  const special = fc.constantFrom(
    '"',
    "\\",
    ",",
    "\n",
    "\r",
    "\t",
    "\u0001",
    "\u001f",
    "\u007f",
    "\u2028",
    "é",
    "𝄞",
    '","',
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(special).map((parts) => parts.join("")),
  );
  const value = fc.option(text, { freq: 4 });
  const rows = fc
    .integer({ min: 1, max: 4 })
    .chain((columns) =>
      fc.array(fc.array(value, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 30 }),
    );
  fc.assert(fc.property(rows, fc.integer({ min: 1, max: 12 }), expectAllBack), { numRuns: 300 });
});

it("a row may be longer than what is read of the file at once", () => {
  const long = '"\\é\n'.repeat(200_000);
  expectAllBack(
    [
      ["a", "b"],
      [long, "1"],
      [null, long],
      ["", "2"],
    ],
    2,
  );
});

it("a page that begins in the middle of a row is refused", () => {
  const path = join(folder, "result.csv");
  writeFileSync(path, csvLine(["abc", "d"]));
  expect(() => jsonPage(path, { from: 2, most: 10, begin: "", end: String })).toThrow("NextToken is invalid");
});

it("a page that was read ahead is of the file as it is when it is asked for", async () => {
  const path = join(folder, "result.csv");
  const write = (...values: string[]) =>
    writeFileSync(path, values.map((value) => csvLine([value])).join(""));
  const pages = new PagesAhead();
  const read = (from: number) =>
    pages.read(path, { from, most: 1, begin: "[", end: (next) => `],${next}` }).bytes.toString();
  write("a", "b", "c");
  expect(read(0)).toBe('[{"Data":[{"VarCharValue":"a"}]}],4');
  await new Promise(setImmediate);
  expect(read(4)).toBe('[{"Data":[{"VarCharValue":"b"}]}],8');
  await new Promise(setImmediate);
  write("a", "b", "other");
  expect(read(8)).toBe('[{"Data":[{"VarCharValue":"other"}]}],undefined');
});

it("a page stays as it is until it is given back, whatever is read meanwhile", async () => {
  const path = join(folder, "result.csv");
  writeFileSync(path, ["a", "b", "c", "d"].map((value) => csvLine([value])).join(""));
  const pages = new PagesAhead();
  const read = (from: number) => pages.read(path, { from, most: 1, begin: "", end: () => "" });
  const first = read(0);
  await new Promise(setImmediate);
  const others = [read(4), read(0), read(8)];
  await new Promise(setImmediate);
  expect([first, ...others].map(({ bytes }) => JSON.parse(bytes.toString()).Data[0].VarCharValue)).toEqual([
    "a",
    "b",
    "a",
    "c",
  ]);
  first.giveBack();
  const { buffer } = read(0).bytes;
  expect(buffer === first.bytes.buffer).toBe(true);
});
