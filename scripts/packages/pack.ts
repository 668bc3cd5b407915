import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { buildPackages } from "./build";
import { published } from "./published";

/** Builds all packages below a folder, and packs them there. @returns The tarballs' paths. */
export function packAll(out: string): string[] {
  const folders = buildPackages(published, out);
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", out, ...folders], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return (JSON.parse(packed) as { filename: string }[]).map(({ filename }) => join(out, filename));
}
