import { parseHiveType } from "@streaming-data-lake/terraform/hive-type";
import type { GlueColumn, RecordConversion } from "@streaming-data-lake/terraform/types";
import { isObject } from "@streaming-data-lake/terraform/values";
import { NumberAsText, type TextGuard } from "./deserializers/deserializer";
import { hiveStruct, timestampParsers } from "./deserializers/hive";
import { numberJson } from "./deserializers/number-text";
import { openXStruct } from "./deserializers/open-x";
import { hasOtherDigits, type JsonObject, parseDocuments } from "./json-documents";

/** A value that does not fit its column. */
export class SchemaMismatch extends Error {
  override readonly name = "SchemaMismatch";
}

/**
 * Converts a record's JSON to rows of a table, as Firehose's deserializer would.
 *
 * Keys that the table does not have are dropped, and missing keys become null. When a value does not fit its column,
 * the whole record goes to the error prefix and none of it to the table. A number in a text column keeps the digits as
 * they were written.
 *
 * @returns a function that throws MalformedJson, or SchemaMismatch naming column and value.
 */
export function recordConverter(
  columns: readonly GlueColumn[],
  conversion: RecordConversion,
): (text: string) => JsonObject[] {
  // Numbers rarely belong to text columns. Exact digits are read only after the first record in which one did.
  let exact = false;
  let reading = false;
  const convert = rowConverter(columns, conversion, () => {
    if (!reading) throw new NumberAsText();
  });
  const rows = (text: string): JsonObject[] => {
    reading = exact;
    return parseDocuments(text, exact && hasOtherDigits(text)).map(convert);
  };
  return (text) => {
    try {
      return rows(text);
    } catch (error) {
      if (!(error instanceof NumberAsText)) throw error;
      exact = true;
      return rows(text);
    }
  };
}

/** Converts one object to a row. A number in a text column is written as JavaScript writes it. */
function rowConverter(
  columns: readonly GlueColumn[],
  conversion: RecordConversion,
  guard: TextGuard = () => {},
): (document: JsonObject) => JsonObject {
  const fields = columns.map(({ name, type }) => [name, parseHiveType(type)] as const);
  const convert = structConverter(fields, conversion, guard);
  const mismatch = (name: string, value: unknown): undefined => {
    throw new SchemaMismatch(
      `Data does not match the schema. ${name}: ${numberJson(value).slice(0, 100)} is not of its type.`,
    );
  };
  return (document) => convert(document, mismatch) ?? {};
}

function structConverter(
  fields: Parameters<typeof openXStruct>[0],
  { deserializer, deserializerParameters: parameters }: RecordConversion,
  guard: TextGuard,
) {
  if (deserializer === "HIVE_JSON") {
    const formats = Array.isArray(parameters.timestampFormats) ? parameters.timestampFormats.map(String) : [];
    return hiveStruct(fields, { timestampFormats: timestampParsers(formats), guard });
  }
  return openXStruct(fields, {
    caseInsensitive: parameters.caseInsensitive !== false,
    dotsToUnderscores: parameters.convertDotsInJsonKeysToUnderscores === true,
    jsonKeys: isObject(parameters.columnToJsonKeyMappings)
      ? (parameters.columnToJsonKeyMappings as Record<string, string>)
      : {},
    guard,
  });
}
