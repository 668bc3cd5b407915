import { createHash } from "node:crypto";

/** A UUID that is the same for the same text each time. */
export const uuidOf = (text: string): string => asUuid(createHash("sha256").update(text).digest("hex"));

/** The first digits of a hexadecimal number as a UUID, in the form of version 4: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4 */
export const asUuid = (digits: string): string =>
  digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
