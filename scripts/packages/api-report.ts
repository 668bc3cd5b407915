import { basename } from "node:path";
import { runTool } from "../tools";
import { emitted, folderOf } from "./build";
import type { PublishedPackage } from "./published";

/** Path of the report of a package's public API. */
export const reportOf = ({ name }: PublishedPackage): string => `docs/api/${basename(name)}.api.md`;

/** The reports of the public APIs of packages that were built below a folder: all exports with their types. */
export const apiReports = (packages: readonly PublishedPackage[], out: string): string[] =>
  JSON.parse(
    runTool(
      "api-report.mjs",
      packages.flatMap(({ name, index }) => [folderOf(out, name), emitted(index).replace(/js$/, "d.ts")]),
    ),
  );
