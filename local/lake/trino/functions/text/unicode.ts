import { duckdbTypeText } from "../../types/duckdb";
import { check } from "../errors";
import { type Family, mixed, native, plain } from "../implementation";
import { codePoints, lengthOf } from "./codepoints";

/** https://trino.io/docs/current/functions/string.html#unicode-functions */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const replacementCharacter = "\ufffd";

/** Bytes as text; what isn't UTF-8 becomes the replacement. */
function fromUtf8(bytes: Uint8Array, replacement: string): string {
  const text = decoder.decode(bytes);
  if (replacement === replacementCharacter || !text.includes(replacementCharacter)) return text;
  // A replacement character that was written itself stays: its bytes are EF BF BD.
  const kept = "\u{10fffe}";
  const marked = Buffer.from(bytes)
    .toString("latin1")
    .replaceAll("\u00ef\u00bf\u00bd", "\u00f4\u008f\u00bf\u00be");
  return decoder
    .decode(Buffer.from(marked, "latin1"))
    .replaceAll(replacementCharacter, () => replacement)
    .replaceAll(kept, replacementCharacter);
}

function replacementOf(point: bigint | string): string {
  if (typeof point === "string") {
    check(lengthOf(point) <= 1, "Replacement character string must empty or a single character");
    return point;
  }
  // Java takes the low 32 bits of the number.
  const low = Number(BigInt.asIntN(32, point));
  check(low >= 0 && low <= 0x10ffff && !(low >= 0xd800 && low <= 0xdfff), "Invalid replacement character");
  return String.fromCodePoint(low);
}

const forms = new Set(["NFC", "NFD", "NFKC", "NFKD"]);

export const unicode: Family = {
  from_utf8: plain((bytes: Uint8Array, replacement?: bigint | string) => {
    if (replacement === undefined) return fromUtf8(bytes, replacementCharacter);
    return fromUtf8(bytes, replacementOf(replacement));
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
    return plain((text: string) => codePoints(text).reverse().join("")).emit(call);
  }),
  to_utf8: native(({ args: [x], returns }) => `CAST(encode(${x}) AS ${duckdbTypeText(returns)})`),
};
