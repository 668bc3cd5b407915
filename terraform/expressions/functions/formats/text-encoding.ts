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
 * The characters of windows-1252 from 0x80 to 0x9f, with spaces for bytes that have none. Node decodes windows-1252 as
 * ISO 8859-1, which has control characters there.
 */
const windows1252 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/** Names that Node decodes by, as browsers do, and that Terraform does not know. */
const namesOfBrowsers =
  /^(?:x-.*|cp125\d|iso8859.*|iso-8859-11|unicode-1-1-utf-8|utf8|ascii|koi|koi8|koi8_r|koi8-ru|dos-874|tis-620|csisolatin9|l9|sun_eu_greek|visual|logical|chinese|csgb2312|csiso58gb231280|gb2312|gb_2312|gb_2312-80|iso-ir-58|big5-hkscs|cn-big5|ms932|shift-jis|sjis|windows-31j|windows-949|csksc56011987|iso-ir-149|korean|ks_c_5601-19\d+|ksc_?5601)$/i;

function decoderOf(encoding: string): (bytes: Uint8Array) => string {
  if (/^windows-1252$/i.test(encoding))
    return (bytes) =>
      Buffer.from(bytes)
        .toString("latin1")
        .replace(/[\x80-\x9f]/g, (sign) => {
          const letter = windows1252[sign.charCodeAt(0) - 0x80];
          if (letter === " ") throw new Error("the bytes are no text in windows-1252");
          return letter ?? "";
        });
  const unknown = () => new Error(`the encoding ${encoding} is not known`);
  if (namesOfBrowsers.test(encoding)) throw unknown();
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    return (bytes) => decoder.decode(bytes);
  } catch {
    throw unknown();
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
