/**
 * Builds and packs the published packages, and writes reports of their public APIs: `npm run packages`. The tarballs
 * are in `packages.out/`, and the reports in `docs/api/`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { apiReport, reportOf } from "./packages/api-report";
import { folderOf, root } from "./packages/build";
import { packAll } from "./packages/pack";
import { published } from "./packages/published";

const out = join(root, "packages.out");
for (const tarball of packAll(out)) console.log(tarball);
for (const each of published) {
  const report = join(root, reportOf(each));
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, apiReport(each, folderOf(out, each.name)));
  console.log(report);
}
