import { duckdbTypeText } from "../../types/duckdb";
import { check, internal } from "../errors";
import { type Family, mixed, native, plain } from "../implementation";
import { codePoints, lengthOf } from "./codepoints";

/** https://trino.io/docs/current/functions/string.html#unicode-functions */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const replacementCharacter = "\ufffd";

/** Decodes bytes to text. Bytes that are not valid UTF-8 become the replacement. */
function fromUtf8(bytes: Uint8Array, point: bigint | string): string {
  const text = decoder.decode(bytes);
  const replacement = replacementOf(point);
  if (replacement === replacementCharacter || !text.includes(replacementCharacter)) return text;
  if (replacement === undefined)
    throw internal(`Invalid code point 0x${BigInt.asUintN(32, BigInt(point)).toString(16).toUpperCase()}`);
  // Replacement characters that are part of the text (bytes EF BF BD) stay, so another character takes their place
  // during decoding.
  const placeholder = "\u{10fffe}";
  const marked = Buffer.from(bytes)
    .toString("latin1")
    .replaceAll("\u00ef\u00bf\u00bd", "\u00f4\u008f\u00bf\u00be");
  return decoder
    .decode(Buffer.from(marked, "latin1"))
    .replaceAll(replacementCharacter, () => replacement)
    .replaceAll(placeholder, replacementCharacter);
}

/**
 * The text of a replacement. Undefined for a negative code point, which is an error only when the replacement is
 * needed.
 */
function replacementOf(point: bigint | string): string | undefined {
  if (typeof point === "string") {
    check(lengthOf(point) <= 1, "Replacement character string must empty or a single character");
    return point;
  }
  check(point <= 0x10ffffn && !(point >= 0xd800n && point <= 0xdfffn), "Invalid replacement character");
  // Java uses the low 32 bits of a negative number.
  const low = Number(BigInt.asIntN(32, point));
  return low < 0 || low > 0x10ffff ? undefined : String.fromCodePoint(low);
}

const forms = new Set(["NFC", "NFD", "NFKC", "NFKD"]);

export const unicode: Family = {
  from_utf8: plain((bytes: Uint8Array, replacement?: bigint | string) => {
    if (replacement === undefined) return fromUtf8(bytes, replacementCharacter);
    return fromUtf8(bytes, replacement);
  }),
  normalize: plain((text: string, form: string) => {
    const name = form.toUpperCase();
    check(forms.has(name), "Normalization form must be one of [NFD, NFC, NFKD, NFKC]");
    return text.normalize(name);
  }),
  reverse: mixed((call) => {
    const [type] = call.types;
    if (type?.kind === "array") return native(({ args: [x] }) => `list_reverse(${x})`).emit(call);
    if (type?.kind === "varbinary") return plain((bytes: Uint8Array) => bytes.slice().reverse()).emit(call);
    const fixed = type?.kind === "char";
    return plain((text: string) => {
      if (fixed && text.startsWith(" ") && text.length > 0)
        throw internal("Slice representing Char should not have trailing spaces");
      return codePoints(text).reverse().join("");
    }).emit(call);
  }),
  to_utf8: native(({ args: [x], returns }) => `CAST(encode(${x}) AS ${duckdbTypeText(returns)})`),
};
