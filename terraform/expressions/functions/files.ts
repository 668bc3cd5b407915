import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, posix, resolve } from "node:path";
import { filesMatching } from "../../glob";
import type { Value } from "../../values";
import { define, type Functions, type Surroundings, text } from "./arguments";

function read(path: Value | undefined, { folder }: Surroundings): Buffer {
  const file = resolve(folder, text(path));
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`${file} can't be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

const digest = (algorithm: string, encoding: "hex" | "base64") =>
  define(1, 1, ([path], surroundings) =>
    createHash(algorithm).update(read(path, surroundings)).digest(encoding),
  );

/** https://developer.hashicorp.com/terraform/language/functions: filesystem functions */
export const fileFunctions: Functions = {
  abspath: define(1, 1, ([path], { folder }) => resolve(folder, text(path))),
  basename: define(1, 1, ([path]) => basename(text(path)) || (text(path) === "" ? "." : "/")),
  dirname: define(1, 1, ([path]) => folderOf(text(path))),
  file: define(1, 1, ([path], surroundings) => read(path, surroundings).toString("utf8")),
  filebase64: define(1, 1, ([path], surroundings) => read(path, surroundings).toString("base64")),
  filebase64sha256: digest("sha256", "base64"),
  filebase64sha512: digest("sha512", "base64"),
  fileexists: define(1, 1, ([path], { folder }) => {
    const file = resolve(folder, text(path));
    if (!existsSync(file)) return false;
    if (!statSync(file).isFile()) throw new Error(`${file} is not a file`);
    return true;
  }),
  filemd5: digest("md5", "hex"),
  fileset: define(2, 2, ([path, pattern], { folder }) =>
    filesMatching(resolve(folder, text(path)), text(pattern)),
  ),
  filesha1: digest("sha1", "hex"),
  filesha256: digest("sha256", "hex"),
  filesha512: digest("sha512", "hex"),
  pathexpand: define(1, 1, ([path]) => text(path).replace(/^~(?=\/|$)/, () => homedir())),
};

/** The part of a path before its last slash, as Go's filepath.Dir returns it. For `/a/b/`, it is `/a/b`. */
function folderOf(path: string): string {
  const folder = posix.normalize(path.slice(0, path.lastIndexOf("/") + 1));
  return folder === "/" ? folder : folder.replace(/\/$/, "");
}
