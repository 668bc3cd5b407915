import { readFileSync } from "node:fs";

/**
 * The lines of a file of lines; none when the file does not exist. A partial line that a kill has left at the end is
 * ignored, and the next line that is written replaces it.
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
