import type { IConstruct } from "constructs";
import { Problems } from "../core/problems";

const longestKey = 1024;

/**
 * What is wrong with a prefix of objects' keys; undefined when it is valid.
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
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
  const [wildcard] = /[*?]/.exec(prefix) ?? [];
  if (wildcard !== undefined) return `must not have ${JSON.stringify(wildcard)}, a wildcard in policies`;
  return undefined;
}

/** What is wrong with a prefix that must be a folder; undefined when it is valid. */
export function problemOfFolder(folder: string): string | undefined {
  if (!isFolder(folder)) return 'must be a folder: end in "/" and not start with it';
  return problemOfPrefix(folder);
}

export function checkPrefix(problems: Problems, prop: string, prefix: string): void {
  const problem = problemOfPrefix(prefix);
  if (problem) problems.require(prop, prefix, false, problem);
}

/** Checks that a prefix is a folder. An absent prefix passes. */
export function checkFolder(problems: Problems, prop: string, folder: string | undefined): void {
  const problem = folder === undefined ? undefined : problemOfFolder(folder);
  if (problem) problems.require(prop, folder, false, problem);
}

/** Reports what is wrong with a prefix. The report is made only once, where the prefix is first used. */
export function checkPrefixOnce(scope: IConstruct, prop: string, prefix: string): void {
  Problems.checkOnce(scope, `prefix ${prefix}`, (problems) => checkPrefix(problems, prop, prefix));
}

/** Reports what is wrong with a folder, only once. A folder has more rules than a prefix. */
export function checkFolderOnce(scope: IConstruct, prop: string, folder: string): void {
  if (isFolder(folder)) {
    checkPrefixOnce(scope, prop, folder);
    return;
  }
  Problems.checkOnce(scope, `folder ${folder}`, (problems) => checkFolder(problems, prop, folder));
  // This keeps a grant of the folder from reporting the same mistake again.
  Problems.checkOnce(scope, `prefix ${folder}`, () => {});
}

function isFolder(prefix: string): boolean {
  return /^[^/].*\/$/s.test(prefix);
}

/** Whether objects can be in both folders, because one folder contains the other. */
export function share(one: string, two: string): boolean {
  return one.startsWith(two) || two.startsWith(one);
}
