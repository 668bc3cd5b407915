import type { Problems } from "../core/problems";

const longestKey = 1024;

/**
 * What is wrong with the first part of objects' keys; nothing when it is right.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export function problemOfPrefix(prefix: string): string | undefined {
  if (prefix === "") return "must not be empty";
  if (prefix.startsWith("/")) return 'must not start with "/"';
  if (prefix.includes("//")) return 'must not have "//", a folder without a name';
  if (/(^|\/)\.{1,2}(\/|$)/.test(prefix)) return "must not have the folders . and ..";
  if (Buffer.byteLength(prefix) > longestKey) return `must have ${longestKey} bytes at most`;
  const [avoided] = /[\p{Cc}\\{}^%`[\]"<>~#|]/u.exec(prefix) ?? [];
  if (avoided !== undefined)
    return `must not have ${JSON.stringify(avoided)}, which is to be avoided in keys of S3`;
  return undefined;
}

export function checkPrefix(problems: Problems, prop: string, prefix: string): void {
  const problem = problemOfPrefix(prefix);
  if (problem) problems.require(prop, prefix, false, problem);
}

/** A prefix that is a folder; absent values pass. */
export function checkFolder(problems: Problems, prop: string, folder: string | undefined): void {
  if (folder === undefined) return;
  if (/^[^/].*\/$/s.test(folder)) checkPrefix(problems, prop, folder);
  else problems.require(prop, folder, false, 'must be a folder: end in "/" and not start with it');
}

/** Whether what lies in one of the folders may lie in the other. */
export function share(one: string, two: string): boolean {
  return one.startsWith(two) || two.startsWith(one);
}
