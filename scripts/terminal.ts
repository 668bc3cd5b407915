/** Runs `npm start` and draws what it prints as docs/terminal.svg: `npm run terminal`. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { linkProject } from "./docs/linked-project";
import { drawTerminal } from "./picture/terminal";

const { folder, remove } = linkProject();
try {
  const { status, stdout, stderr } = spawnSync("npm", ["start", "--silent"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`npm start ended with ${status}\n${stdout}${stderr}`);
  writeFileSync(join(__dirname, "../docs/terminal.svg"), drawTerminal("npm start", stdout));
} finally {
  remove();
}
