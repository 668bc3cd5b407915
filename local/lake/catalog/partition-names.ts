import type { GlueTable } from "@streaming-data-lake/terraform/types";

/** The text that stands for NULL in a partition's name. */
export const nullPartition = "__HIVE_DEFAULT_PARTITION__";

/** Characters that Hive writes as `%` and their hexadecimal code in the name of a partition's folder. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that Hive escapes
const special = /[\u0001-\u001f\u007f"#%'*/:=?\\{[\]^]/g;

/** https://github.com/apache/hive/blob/rel/release-3.1.3/common/src/java/org/apache/hadoop/hive/common/FileUtils.java */
export const escapeValue = (value: string): string =>
  value === ""
    ? nullPartition
    : value.replace(
        special,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
      );

/** The partition value in a folder's name. A percent sign that does not start an escape is kept. */
export const unescapeValue = (text: string): string =>
  text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      // Bytes that are not valid UTF-8 each become one character, as in Hive.
      return escapes.replace(/%(..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    }
  });

/** A partition's name, such as `dt=2024-01-15/hour=07`. */
export const partitionName = (table: Pick<GlueTable, "partitionKeys">, values: readonly string[]): string =>
  table.partitionKeys
    .map(({ name }, index) => `${name.toLowerCase()}=${escapeValue(values[index] ?? "")}`)
    .join("/");

/** The location with a slash at its end. */
export const asFolder = (location: string): string => (location.endsWith("/") ? location : `${location}/`);

/** The location of a partition that does not have one of its own. */
export const partitionLocation = (table: GlueTable, values: readonly string[]): string =>
  `${asFolder(table.location)}${partitionName(table, values)}/`;
