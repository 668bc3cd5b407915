import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { gunzipSync } from "node:zlib";
import type { GlueTable } from "../../../terraform/types";
import { type Answer, exactNumbers } from "../recorded/statements";

type Columns = readonly (readonly [name: string, type: string])[];

export interface StoredObject {
  readonly path: string;
  readonly text?: string;
  readonly base64?: string;
  readonly parts?: readonly (readonly [text: string, times: number])[];
}

/** A small table, its objects and one statement, with what Trino's Hive connector read. */
export interface Case {
  readonly id: string;
  readonly table: {
    readonly location: string;
    readonly columns: Columns;
    readonly partitionKeys: Columns;
    readonly serializationLibrary: string;
    readonly serdeParameters: Readonly<Record<string, string>>;
    readonly parameters: Readonly<Record<string, string>>;
  };
  readonly objects: readonly StoredObject[];
  readonly sql: string;
  readonly partitions?: readonly { readonly values: readonly string[]; readonly path: string }[];
  readonly answer?: Answer;
  readonly athena?: "differs";
  readonly why?: string;
}

/** `@{-1d}`, `@{+2h:H}`: a date of a clock, UTC. */
const withDates = (text: string, now: Date): string =>
  text.replace(
    /@\{([+-]\d+)([dh])(?::(H))?\}/g,
    (_, count: string, unit: string, hour: string | undefined) => {
      const time = new Date(now.getTime() + Number(count) * (unit === "d" ? 86_400_000 : 3_600_000));
      return time
        .toISOString()
        .slice(0, hour ? 13 : 10)
        .replace("T", "-");
    },
  );

export const linesOf = (path: string): readonly string[] =>
  gunzipSync(readFileSync(join(__dirname, path)))
    .toString()
    .trim()
    .split("\n");

export const cases = (now: Date): readonly Case[] =>
  linesOf("cases.jsonl.gz").map((line) => JSON.parse(exactNumbers(withDates(line, now))) as Case);

export const glueColumns = (columns: Columns) => columns.map(([name, type]) => ({ name, type }));

export const tableOf = ({ table }: Case): GlueTable => ({
  ...table,
  address: "aws_glue_catalog_table.t",
  database: "reading",
  name: "t",
  columns: glueColumns(table.columns),
  partitionKeys: glueColumns(table.partitionKeys),
});

const contentOf = ({ text, base64, parts }: StoredObject): Buffer =>
  base64 === undefined
    ? Buffer.from(text ?? (parts ?? []).map(([part, times]) => part.repeat(times)).join(""))
    : Buffer.from(base64, "base64");

/** A folder of its own with objects at `s3://bucket/key`. */
export const lakeOf = async (
  objects: readonly StoredObject[],
  keyOf: (path: string) => string,
): Promise<{ readonly folder: string; remove(): Promise<void> }> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "objects-")));
  for (const object of objects) {
    const path = join(folder, normalize(keyOf(object.path)));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contentOf(object));
  }
  return { folder, remove: () => rm(folder, { recursive: true }) };
};
