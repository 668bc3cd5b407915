import { join } from "node:path";
import { complete } from "./complete";
import { projectIn } from "./project";

/**
 * A shell calls this when the user presses Tab. It is given the words of the line, and prints the words that can
 * replace the last one, one to a line, each followed by a tab and its description. The exit code is 1 for a line that
 * calls no program of this project.
 */
const candidates = complete(process.argv.slice(2), projectIn(join(__dirname, "../..")));
for (const { value, description } of candidates ?? [])
  process.stdout.write(`${value}\t${description.replace(/\s+/g, " ")}\n`);
process.exitCode = candidates === undefined ? 1 : 0;
