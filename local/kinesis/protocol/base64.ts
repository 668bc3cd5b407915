/**
 * Decodes base64 into a buffer at an offset.
 *
 * @returns the part of the buffer that was written, or undefined for text that AWS does not accept as base64: with
 * other characters (including those of base64url), with a wrong length, or with unused bits that are not zero.
 */
export function decodeBase64(text: string, into: Buffer, at: number): Buffer | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = !text.endsWith("=") ? 0 : text.endsWith("==") ? 2 : 1;
  const length = into.write(text, at, "base64");
  // Node skips invalid characters, so that the result is too short, and also accepts base64url.
  if (length !== (text.length / 4) * 3 - padding || text.includes("-") || text.includes("_"))
    return undefined;
  if (padding > 0 && !beforePadding[padding]?.includes(text.charAt(text.length - padding - 1)))
    return undefined;
  return into.subarray(at, at + length);
}

/**
 * Valid last characters before the padding, by the number of equals signs. Their lowest bits belong to no byte and must
 * be zero.
 */
const beforePadding = ["", "AEIMQUYcgkosw048", "AQgw"];
