/**
 * Prints a line for each problem of packages that publint or Are The Types Wrong finds: `node package-problems.mjs FOLDER
 * TARBALL [FOLDER TARBALL]...`, each package as it was built and as it was packed.
 */
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const places = process.argv.slice(2);
for (let at = 0; at < places.length; at += 2) {
  const [pkgDir, tarball] = places.slice(at);
  const { messages, pkg } = await publint({ pkgDir, strict: true, pack: false });
  for (const message of messages)
    console.log(`${pkg.name}: publint: ${formatMessage(message, pkg, { color: false })}`);

  const { types, problems = [] } = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
  if (types?.kind !== "included") console.log(`${pkg.name}: types: the package has none`);
  for (const problem of problems) console.log(`${pkg.name}: types: ${JSON.stringify(problem)}`);
}
