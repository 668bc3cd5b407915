import { existsSync, readFileSync } from "node:fs";

/**
 * The values in a file with one JSON value per line, or none when there is no such file. Lines that are not valid JSON
 * are skipped, since the last one may be incomplete after the process was killed.
 */
export function readJsonLines<T>(path: string): readonly T[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((text) => {
      try {
        return text === "" ? [] : [JSON.parse(text) as T];
      } catch {
        return [];
      }
    });
}
