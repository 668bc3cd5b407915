import { existsSync, readFileSync } from "node:fs";

/** The values of a file with one of them a line; none when there is no file. What a kill has cut off is left out. */
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
