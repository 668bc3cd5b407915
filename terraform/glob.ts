import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The files of a folder whose paths match a pattern with `*`, `**`, `?`, `[…]` and `{…,…}`, sorted. */
export function filesMatching(folder: string, pattern: string): string[] {
  const matcher = new RegExp(`^${globSource(pattern)}$`, "u");
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: pattern.includes("/") || pattern.includes("**") }) as string[];
  } catch {
    return [];
  }
  return names.filter((name) => matcher.test(name) && isFile(join(folder, name))).sort();
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/**
 * The source of a regular expression that is equivalent to a glob pattern.
 *
 * https://pkg.go.dev/github.com/bmatcuk/doublestar
 */
export function globSource(pattern: string): string {
  return pattern.replace(
    /\*\*\/|\*\*|\*|\?|\{([^{}]*)\}|\[([!^]?)([^\]]+)\]|[\\^$.|+()[\]{}/-]/g,
    (token, choices?: string, not?: string, set?: string) => {
      if (choices !== undefined) return `(?:${choices.split(",").map(globSource).join("|")})`;
      if (set !== undefined) return `[${not ? "^" : ""}${set.replace(/[\\\]]/g, "\\$&")}]`;
      const known: Readonly<Record<string, string>> = {
        "**/": "(?:.*/)?",
        "**": ".*",
        "*": "[^/]*",
        "?": "[^/]",
      };
      return known[token] ?? (token === "-" ? "-" : `\\${token}`);
    },
  );
}
