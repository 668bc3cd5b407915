import { basename } from "node:path";
import { runTool } from "../tools";
import { emitted } from "./build";
import type { PublishedPackage } from "./published";

/** Path of the report of a package's public API. */
export const reportOf = ({ name }: PublishedPackage): string => `docs/api/${basename(name)}.api.md`;

/** The report of the public API of a package that was built into a folder: all exports with their types. */
export const apiReport = ({ index }: PublishedPackage, folder: string): string =>
  runTool("api-report.mjs", [folder, emitted(index).replace(/js$/, "d.ts")]);
