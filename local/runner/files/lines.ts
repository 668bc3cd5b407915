import { readFileSync } from "node:fs";

/**
 * The lines of a file that grows by lines; none when there is no file. The piece of a line that a kill has left at its end
 * is none: the next line takes its place.
 */
export function readLines(path: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return text.split("\n").slice(0, -1).filter(Boolean);
}
