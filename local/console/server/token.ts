import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "@streaming-data-lake/runner/files/folders";

/** The token that a run before has left in a file, so that pages which are open go on; a new one where there is none. */
export function tokenIn(file: string | undefined): string {
  const kept = file === undefined ? "" : textOf(file);
  return /^[\w-]{32}$/.test(kept) ? kept : randomBytes(24).toString("base64url");
}

/** Nobody but this user may read it. Without it the next run has another token. */
export function keepToken(file: string, token: string): void {
  try {
    makeFolder(dirname(file));
    writeFileSync(file, token, { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch {
    // A disk that is full, or a folder that was deleted, is told of by the runner.
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
