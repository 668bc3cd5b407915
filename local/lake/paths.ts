import { createHash } from "node:crypto";
import { join, relative, resolve, sep } from "node:path";

/**
 * A path inside a folder. Every path that contains a name chosen by others is made with this function.
 *
 * @throws Error when the path is the folder itself or lies outside of it.
 */
export function inside(folder: string, ...parts: readonly string[]): string {
  const root = resolve(folder);
  const path = join(root, ...parts);
  const start = root.endsWith(sep) ? root : root + sep;
  if (!path.startsWith(start) || path === start || path.includes("\0"))
    throw new Error(`${JSON.stringify(parts.join("/"))} is not below ${root}`);
  return path;
}

/** Longest name of a file on common file systems. Bytes. */
const longestFileName = 255;

/**
 * A file name for any text, such as a resource's address. Characters other than letters, digits, `_`, `.` and `-`
 * become `%` and their code. The end of a name that would be too long is replaced by a hash.
 */
export function fileName(text: string): string {
  const plain = encodeURIComponent(Buffer.from(text).toString()).replace(/[!'()*~]/g, percent);
  const name = /^\.*$/.test(plain) ? `%${plain.replaceAll(".", "%2E").slice(1)}` : plain;
  if (name.length <= 180) return name;
  return `${name.slice(0, 150)}-${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
}

const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/**
 * The path of the object with the given key: `<lake folder>/<bucket>/<key>`. S3 treats `..`, `.` and the empty text
 * between two slashes as ordinary parts of a key, so they are written as `%2E%2E`, `%2E` and `%` here.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 *
 * @throws Error when the bucket's name cannot be the name of a folder.
 */
export function objectPath(lakeFolder: string, bucket: string, key: string): string {
  const folder = inside(lakeFolder, bucket);
  return key === "" ? folder : inside(folder, ...key.split("/").map(toSegment));
}

/** Longest key that S3 accepts. Bytes. */
const longestKey = 1024;

/**
 * The reason why no object can be stored under a key, worded as the end of a sentence. Undefined when the key is valid.
 */
export function keyProblem(key: string): string | undefined {
  if (key.includes("\0")) return "holds a character that no file's name can";
  if (Buffer.byteLength(key) > longestKey) return `is longer than the ${longestKey} bytes that S3 takes`;
  const longest = Math.max(...key.split("/").map((part) => Buffer.byteLength(toSegment(part))));
  if (longest > longestFileName)
    return `has ${longest} bytes between two slashes; this machine's file systems take ${longestFileName}`;
  return undefined;
}

/** The key of the object that `objectPath` placed at a path. */
export function objectKeyOf(lakeFolder: string, bucket: string, path: string): string {
  return relative(inside(lakeFolder, bucket), path).split(sep).map(fromSegment).join("/");
}

const special = new Map([
  ["", "%"],
  [".", "%2E"],
  ["..", "%2E%2E"],
]);

/** A part of a key that looks like an encoded one gets an additional mark, which keeps the two apart. */
const ambiguous = /^%(25)*(2E|2E%2E)?$/;

function toSegment(part: string): string {
  return special.get(part) ?? (ambiguous.test(part) ? `%25${part.slice(1)}` : part);
}

function fromSegment(segment: string): string {
  for (const [part, written] of special) if (written === segment) return part;
  return ambiguous.test(segment) ? `%${segment.slice(3)}` : segment;
}
