import type { GlueTable } from "@streaming-data-lake/terraform/types";

/** The value of a key that is NULL. */
export const nullPartition = "__HIVE_DEFAULT_PARTITION__";

/** Characters that Hive writes as `%` and their code in the name of a partition's folder. */
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

/** The value that a folder's name says. A percent sign that begins no escape stands for itself. */
export const unescapeValue = (text: string): string =>
  text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      // What is not UTF-8 is a character a byte, as Hive reads it.
      return escapes.replace(/%(..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    }
  });

/** `dt=2024-01-15/hour=07`. */
export const partitionName = (table: Pick<GlueTable, "partitionKeys">, values: readonly string[]): string =>
  table.partitionKeys
    .map(({ name }, index) => `${name.toLowerCase()}=${escapeValue(values[index] ?? "")}`)
    .join("/");

/** A location that ends with a slash. */
export const asFolder = (location: string): string => (location.endsWith("/") ? location : `${location}/`);

/** Where a partition lies that has no location of its own. */
export const partitionLocation = (table: GlueTable, values: readonly string[]): string =>
  `${asFolder(table.location)}${partitionName(table, values)}/`;
