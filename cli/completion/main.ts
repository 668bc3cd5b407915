import { join } from "node:path";
import { complete } from "./complete";
import { projectIn } from "./project";

/**
 * What a shell asks at Tab: prints what may stand in place of the last of the words that it is given, one on a line, each
 * with a tab and its description. The exit code is 1 for a line that calls nothing of this project.
 */
const candidates = complete(process.argv.slice(2), projectIn(join(__dirname, "../..")));
for (const { value, description } of candidates ?? [])
  process.stdout.write(`${value}\t${description.replace(/\s+/g, " ")}\n`);
process.exitCode = candidates === undefined ? 1 : 0;
