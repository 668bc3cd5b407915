// Installs the tools when they are missing or not those of package-lock.json: `npm run tools`.
const { execFileSync } = require("node:child_process");
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const lock = readFileSync(join(__dirname, "package-lock.json"), "utf8");
const installed = join(__dirname, "node_modules", ".installed-lock.json");

if (!existsSync(installed) || readFileSync(installed, "utf8") !== lock) {
  // By name, because Windows has it as a script that only a shell starts.
  execFileSync("npm ci", { cwd: __dirname, shell: true, stdio: ["ignore", 2, 2] });
  writeFileSync(installed, lock);
}
