import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { serde } from "../../catalog/serdes";
import type { Plain } from "../../trino/functions/javascript/values";
import { TrinoError } from "../../trino/types/errors";
import type { LakeObject } from "../objects";
import { eventsOf, isCloudTrail } from "./cloud-trail";
import { grok } from "./grok";
import { hiveJson } from "./hive-json";
import { contentOf } from "./inflate";
import { lazySimple } from "./lazy-simple";
import { linesOf } from "./lines";
import { openCsv } from "./open-csv";
import { openx } from "./openx";
import { regexSerde } from "./regex";
import { BadRow, type DataColumn, type SerDe } from "./serde";

const serdes: ReadonlyMap<string, SerDe> = new Map([
  [serde.openx, openx],
  [serde.hiveJson, hiveJson],
  [serde.hiveJsonNew, hiveJson],
  [serde.cloudTrail, hiveJson],
  [serde.lazySimple, lazySimple],
  [serde.openCsv, openCsv],
  [serde.regex, regexSerde],
  [serde.regexContrib, regexSerde],
  [serde.grok, grok],
]);

export const isTextSerde = (library: string): boolean => serdes.has(library);

/** Reads the rows of an object, each with the values of the columns. `address` is the object's name in errors. */
export type ObjectReader = (object: LakeObject, address: string) => Generator<readonly Plain[]>;

/** @throws TrinoError when the table's parameters are invalid. */
export function objectReader(table: GlueTable, columns: readonly DataColumn[]): ObjectReader {
  const read = serdes.get(table.serializationLibrary)?.(table, columns);
  if (!read) throw new Error(`${table.serializationLibrary} is not a text SerDe`);
  const header = skippedLines(table, "skip.header.line.count");
  const footer = skippedLines(table, "skip.footer.line.count");
  const partsOf = isCloudTrail(table) ? eventsOf : linesOf;
  return function* (object, address) {
    let number = header + 1;
    try {
      for (const line of withoutEnds(partsOf(contentOf(object, address)), header, footer)) {
        // A count needs no values, so lines that cannot be read are counted too.
        yield columns.length === 0 ? [] : read(line);
        number++;
      }
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      throw new TrinoError(error.code, `Failed to read file at ${address}: line ${number}: ${error.message}`);
    }
  };
}

/** The number of lines that readers skip at the start or the end of each object. */
export function skippedLines(
  table: GlueTable,
  parameter: "skip.header.line.count" | "skip.footer.line.count",
): number {
  const text = table.parameters[parameter] ?? table.serdeParameters[parameter] ?? "0";
  if (/^\s*\d+\s*$/.test(text)) return Number(text);
  throw new TrinoError(
    "HIVE_INVALID_METADATA",
    `table ${table.name}: ${parameter} is "${text}", and must be a number`,
  );
}

function withoutEnds(lines: Iterable<string>, header: number, footer: number): Iterable<string> {
  return header + footer === 0 ? lines : between(lines, header, footer);
}

function* between(lines: Iterable<string>, header: number, footer: number): Generator<string> {
  const waiting: string[] = [];
  let skipped = 0;
  for (const line of lines) {
    if (skipped++ < header) continue;
    waiting.push(line);
    if (waiting.length > footer) yield waiting.shift() ?? "";
  }
}
