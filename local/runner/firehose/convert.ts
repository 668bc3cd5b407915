import { parseHiveType } from "@streaming-data-lake/terraform/hive-type";
import type { GlueColumn, RecordConversion } from "@streaming-data-lake/terraform/types";
import { isObject } from "@streaming-data-lake/terraform/values";
import { NumberAsText, type TextGuard } from "./deserializers/deserializer";
import { hiveStruct, timestampParsers } from "./deserializers/hive";
import { jsonText } from "./deserializers/number-text";
import { openXStruct } from "./deserializers/open-x";
import { hasOtherDigits, type JsonObject, parseDocuments } from "./json-documents";

/** A value that does not fit its column. */
export class SchemaMismatch extends Error {
  override readonly name = "SchemaMismatch";
}

/**
 * Makes of a record's JSON the rows of a table, as Firehose's deserializer would.
 *
 * A key that the table does not have is dropped, a missing key is null. What does not fit its column is a mismatch: the
 * whole record goes to the error prefix, none of it to the table. A number that becomes text is as it was written.
 *
 * @returns a function that throws MalformedJson, or SchemaMismatch naming column and value.
 */
export function recordConverter(
  columns: readonly GlueColumn[],
  conversion: RecordConversion,
): (text: string) => JsonObject[] {
  // Numbers are rarely meant as text: only when one was, they are read with their digits.
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

/** Makes the row of one object; a number that becomes text is as JavaScript writes it. */
export function rowConverter(
  columns: readonly GlueColumn[],
  conversion: RecordConversion,
  guard: TextGuard = () => {},
): (document: JsonObject) => JsonObject {
  const fields = columns.map(({ name, type }) => [name, parseHiveType(type)] as const);
  const convert = structConverter(fields, conversion, guard);
  const mismatch = (name: string, value: unknown): undefined => {
    throw new SchemaMismatch(
      `Data does not match the schema. ${name}: ${jsonText(value).slice(0, 100)} is not of its type.`,
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
