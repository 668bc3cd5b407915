import { createHash } from "node:crypto";

/** A UUID that is derived from a text, so that the same text always has the same one. */
export const uuidOf = (text: string): string => asUuid(createHash("sha256").update(text).digest("hex"));

/**
 * A UUID in the format of version 4, made of the first digits of a hexadecimal number:
 * https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4
 */
export const asUuid = (digits: string): string =>
  digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
