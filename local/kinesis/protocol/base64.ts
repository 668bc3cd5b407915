/**
 * Decodes base64 into a buffer, from a place on, and gives that part of it.
 *
 * @returns undefined for what AWS takes for none: other characters, those of base64url too, a wrong length, bits left over.
 */
export function decodeBase64(text: string, into: Buffer, at: number): Buffer | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = !text.endsWith("=") ? 0 : text.endsWith("==") ? 2 : 1;
  const length = into.write(text, at, "base64");
  // Node skips characters that are not base64, which shows in the length, and reads base64url too.
  if (length !== (text.length / 4) * 3 - padding || text.includes("-") || text.includes("_"))
    return undefined;
  if (padding > 0 && !beforePadding[padding]?.includes(text.charAt(text.length - padding - 1)))
    return undefined;
  return into.subarray(at, at + length);
}

/** What can stand before so many equals signs, since its last bits are of no byte and must be zero. */
const beforePadding = ["", "AEIMQUYcgkosw048", "AQgw"];
