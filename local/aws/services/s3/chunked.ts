import { AwsError } from "../../protocol/errors";

/** The trailers after a body, by name in lower case. */
export type Trailers = Map<string, string>;

/** Longest line between two chunks, which has a chunk's size and signature, or a trailer. Bytes. */
const longestLine = 4096;

const incomplete = () => new AwsError("IncompleteBody", "The request body terminated unexpectedly");

/**
 * Decodes a body that is sent in chunks, each with its size, and that may end with checksums as trailers.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 *
 * @param trailers Map to which the trailers are added when the body ends.
 */
export async function* decodeChunks(
  body: AsyncIterable<Buffer> | Iterable<Buffer>,
  trailers: Trailers,
): AsyncGenerator<Buffer, void> {
  let rest: Buffer = Buffer.alloc(0);
  /** Number of bytes of the current chunk that have not been read yet. */
  let left = 0;
  /** What comes next. "end" is the line break after a chunk. */
  let expects: "size" | "data" | "end" | "trailer" | "nothing" = "size";
  for await (const bytes of body) {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    let at = 0;
    while (at < rest.length) {
      if (expects === "data") {
        const part = rest.subarray(at, at + left);
        at += part.length;
        left -= part.length;
        yield part;
        if (left === 0) expects = "end";
        continue;
      }
      if (expects === "nothing") break;
      const end = rest.indexOf("\r\n", at, "latin1");
      if (end < 0) {
        if (rest.length - at > longestLine) throw incomplete();
        break;
      }
      const line = rest.toString("latin1", at, end);
      at = end + 2;
      if (expects === "end") expects = "size";
      else if (expects === "size") {
        const [size = ""] = line.split(";");
        if (!/^[0-9a-f]+$/i.test(size)) throw incomplete();
        left = Number.parseInt(size, 16);
        expects = left === 0 ? "trailer" : "data";
      } else if (line === "") expects = "nothing";
      else {
        const colon = line.indexOf(":");
        trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
      }
    }
    rest = at === rest.length ? Buffer.alloc(0) : rest.subarray(at);
  }
  if (expects !== "nothing" && expects !== "trailer") throw incomplete();
}
