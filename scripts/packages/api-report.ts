import { basename } from "node:path";
import { runTool } from "../tools";
import { emitted } from "./build";
import type { PublishedPackage } from "./published";

/** Where the report of a package's public face is kept. */
export const reportOf = ({ name }: PublishedPackage): string => `docs/api/${basename(name)}.api.md`;

/** The public face of a package that was built into a folder: all that it exports, with the types. */
export const apiReport = ({ index }: PublishedPackage, folder: string): string =>
  runTool("api-report.mjs", [folder, emitted(index).replace(/js$/, "d.ts")]);
