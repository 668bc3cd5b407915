import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { recordConverter } from "../../../local/runner/firehose/convert";

interface Case {
  readonly type: string;
  readonly line: string;
  readonly timestampFormats?: string;
  /** The row, as the SerDe prints it; absent for an error. */
  readonly row?: string;
}

/** What Hive's JsonSerDe 2.3.9 made of lines, for a table `i int, v TYPE`; one case a line. */
const cases = readFileSync(join(__dirname, "recorded/hive-json-serde.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

/** Firehose rejects an object in a text, as it was probed; the SerDe by itself takes the brace for the text. */
const isProbedOtherwise = ({ type, line }: Case) =>
  /^(?:string|array<string>|(?:var)?char\()/.test(type) && /"v":\[?\{/.test(line);

function converted({ type, line, timestampFormats = "" }: Case): unknown {
  const convert = recordConverter(
    [
      { name: "i", type: "int" },
      { name: "v", type },
    ],
    {
      database: "d",
      table: "t",
      format: "PARQUET",
      compression: "SNAPPY",
      deserializer: "HIVE_JSON",
      deserializerParameters: { timestampFormats: timestampFormats.split(",").filter(Boolean) },
    },
  );
  try {
    return convert(line)[0];
  } catch {
    return undefined;
  }
}

/** Values as texts, numbers as numbers of their type, times without zeros at their end. */
function normal(value: unknown, type: string): unknown {
  if (Array.isArray(value)) return value.map((item) => normal(item, type));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item, type)]));
  const text = String(value);
  if (type === "timestamp") return text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  if (type === "float" && /^-?\d/.test(text)) return Math.fround(Number(text));
  return /^-?\d+(\.\d+)?$/.test(text) && !/string|char/.test(type) ? Number(text) : text;
}

it("records are converted as Hive's own deserializer converts them", () => {
  const wrong = cases
    .filter((one) => !isProbedOtherwise(one))
    .flatMap((one) => {
      const expected = one.row === undefined ? undefined : normal(JSON.parse(one.row), one.type);
      const found = converted(one);
      const actual = found === undefined ? undefined : normal(found, one.type);
      return JSON.stringify(actual) === JSON.stringify(expected) ? [] : [{ ...one, actual }];
    });
  expect(wrong).toEqual([]);
});
