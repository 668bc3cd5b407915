import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { GluePartition, GlueTable } from "@streaming-data-lake/terraform";

/** What a Trino server answered: a result, only that it accepts, or why it refuses. */
export type Answer =
  | { readonly columns: readonly (readonly [name: string, type: string])[]; readonly rows: readonly Values[] }
  | { readonly accepted: true }
  | { readonly error: Refusal };

export type Values = readonly unknown[];

export interface Refusal {
  readonly name: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** A statement and what Trino 476 answered (435 the same), over the tables of `lake/`. */
export interface Recorded {
  readonly id: string;
  readonly group: string;
  readonly sql: string;
  readonly function?: string;
  /** The dialect that the statement's mistake comes from. */
  readonly habit?: string;
  /** Statements to run before and after. */
  readonly setup?: readonly string[];
  readonly teardown?: readonly string[];
  /** It writes or makes something, so it is asked after the others. */
  readonly state?: boolean;
  /** Only whether it is accepted matters: the text of EXPLAIN, SHOW and DESCRIBE is Athena's own. */
  readonly compare?: "accepted";
  /** Of an approximate function: values within 6 % are equal. */
  readonly approx?: boolean;
  readonly answer: Answer;
}

/**
 * `people`: what people write, with its mistakes. `types`: types and functions, signature by signature. `asked`: what was
 * asked of Trino 476 alone, later and elsewhere than where the others look; `anew` once more, signature by signature, with
 * odd values, and what people write. `mended`: what once was another answer here, and what lies near it. `corners`:
 * what notices a change of the engine that none of the others notices (`npm run mutation`).
 */
export const FILES = {
  people: ["analytics", "refused"],
  types: ["matrix", "functions"],
  asked: ["asked", "anew"],
  mended: ["mended"],
  corners: ["corners"],
} as const;

/** The day of the answers: a time cast to a timestamp is one of it. */
export const recordedOn = new Date("2026-11-26T12:00:00Z");

export type Corpus = keyof typeof FILES;

const here = (path: string): string => join(__dirname, path);

/** Whole numbers above 2^53 stay exact: they become texts. */
export const exactNumbers = (json: string): string =>
  json.replaceAll(/"(?:[^"\\]|\\.)*"|(?<=[[,:\s])-?\d{16,}(?=[\],}\s])/g, (part) =>
    part.startsWith('"') ? part : `"${part}"`,
  );

export const recorded = (corpus: Corpus): readonly Recorded[] =>
  FILES[corpus].flatMap((file) =>
    gunzipSync(readFileSync(here(`${file}.jsonl.gz`)))
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(exactNumbers(line)) as Recorded),
  );

/** The folder whose `lake/` has the objects of the tables. */
export const LAKE_FOLDER = __dirname;

/** The tables that the statements ask. */
export const tables = (): readonly GlueTable[] => tablesIn(here("lake"), "lake");

/**
 * Parquet tables as a folder describes them: their columns and keys are in its `tables.json`, and of each one the objects
 * lie in a folder of its name. The database is also the bucket.
 */
export const tablesIn = (folder: string, database: string): readonly GlueTable[] => {
  const described = JSON.parse(readFileSync(join(folder, "tables.json"), "utf8")) as Record<
    string,
    { readonly columns: readonly [string, string][]; readonly partitionKeys: readonly [string, string][] }
  >;
  const columns = (list: readonly [string, string][]) => list.map(([name, type]) => ({ name, type }));
  return Object.entries(described).map(([name, table]) => ({
    address: `aws_glue_catalog_table.${name}`,
    database,
    name,
    location: `s3://${database}/${name}/`,
    columns: columns(table.columns),
    partitionKeys: columns(table.partitionKeys),
    serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    serdeParameters: {},
    parameters: {},
    partitions: partitionsIn(join(folder, name)),
  }));
};

/** The `dt=…` folders of a table. */
const partitionsIn = (folder: string): GluePartition[] =>
  readdirSync(folder).flatMap((name) => {
    const [, value] = /^dt=(.*)$/.exec(name) ?? [];
    return value === undefined ? [] : [{ values: [value] }];
  });
