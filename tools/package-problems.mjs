/**
 * Prints a line for each problem of a package that publint or Are The Types Wrong finds: `node package-problems.mjs
 * FOLDER TARBALL`, the package as it was built and as it was packed.
 */
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const [folder, tarball] = process.argv.slice(2);
const { messages, pkg } = await publint({ pkgDir: folder, strict: true, pack: false });
for (const message of messages) console.log(`publint: ${formatMessage(message, pkg, { color: false })}`);

const { types, problems = [] } = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
if (types?.kind !== "included") console.log("types: the package has none");
for (const problem of problems) console.log(`types: ${JSON.stringify(problem)}`);
