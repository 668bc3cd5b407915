import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { buildPackage } from "./build";
import { published } from "./published";

/** Folder of a package in the one that all are built in. */
export const folderOf = (out: string, name: string): string => join(out, name.replace(/^@[^/]+\//, ""));

/** Builds all packages below a folder, and packs them there. @returns The tarballs' paths. */
export function packAll(out: string): string[] {
  const folders = published.map((each) => {
    const folder = folderOf(out, each.name);
    buildPackage(each, folder);
    return folder;
  });
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", out, ...folders], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return (JSON.parse(packed) as { filename: string }[]).map(({ filename }) => join(out, filename));
}
