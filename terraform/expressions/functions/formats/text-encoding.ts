/**
 * Encodes a text in an encoding of IANA's list.
 *
 * @throws Error for an unknown encoding, and for a letter that the encoding does not have.
 */
export function encodeText(text: string, encoding: string): Buffer {
  const name = encoding.toLowerCase();
  if (name === "utf-8") return Buffer.from(text);
  if (name === "utf-16le") return Buffer.from(text, "utf16le");
  if (name === "utf-16be") return Buffer.from(text, "utf16le").swap16();
  if (name === "utf-16") return Buffer.from(`\ufeff${text}`, "utf16le").swap16();
  const table = tableOf(name);
  return Buffer.concat(
    Array.from(text, (letter) => {
      const bytes = table.get(letter);
      if (!bytes) throw new Error(`the encoding ${encoding} does not have the character ${letter}`);
      return bytes;
    }),
  );
}

/** @throws Error for an unknown encoding, and for bytes that are not valid in it. */
export function decodeText(bytes: Uint8Array, encoding: string): string {
  return decoderOf(encoding)(bytes);
}

/**
 * The characters of windows-1252 from 0x80 to 0x9f. Node decodes windows-1252 as ISO 8859-1, which has control characters
 * there.
 */
const windows1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

function decoderOf(encoding: string): (bytes: Uint8Array) => string {
  if (/^(?:windows-|cp)1252$/i.test(encoding))
    return (bytes) =>
      Buffer.from(bytes)
        .toString("latin1")
        .replace(/[\x80-\x9f]/g, (sign) => windows1252[sign.charCodeAt(0) - 0x80] ?? "");
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    return (bytes) => decoder.decode(bytes);
  } catch {
    throw new Error(`the encoding ${encoding} is not known`);
  }
}

const tables = new Map<string, ReadonlyMap<string, Buffer>>();

/** The bytes of each letter, for an encoding that uses one or two bytes for a letter. */
function tableOf(name: string): ReadonlyMap<string, Buffer> {
  const known = tables.get(name);
  if (known) return known;
  const decode = decoderOf(name);
  const table = new Map<string, Buffer>();
  const add = (bytes: Buffer) => {
    try {
      const letter = decode(bytes);
      if ([...letter].length === 1 && !table.has(letter)) table.set(letter, bytes);
    } catch {
      // These bytes are not a letter.
    }
  };
  for (let first = 0; first < 256; first++) add(Buffer.from([first]));
  if (table.size < 200)
    for (let first = 0x80; first < 256; first++)
      for (let second = 0; second < 256; second++) add(Buffer.from([first, second]));
  tables.set(name, table);
  return table;
}
