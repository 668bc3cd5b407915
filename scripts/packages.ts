/**
 * Builds and packs the published packages, and writes reports of their public APIs: `npm run packages`. The tarballs
 * are in `packages.out/`, and the reports in `docs/api/`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { apiReports, reportOf } from "./packages/api-report";
import { root } from "./packages/build";
import { packAll } from "./packages/pack";
import { published } from "./packages/published";

const out = join(root, "packages.out");
for (const tarball of packAll(out)) console.log(tarball);
for (const [index, text] of apiReports(published, out).entries()) {
  const report = join(root, reportOf(published[index] as (typeof published)[number]));
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, text);
  console.log(report);
}
