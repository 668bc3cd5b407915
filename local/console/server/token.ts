import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "@streaming-data-lake/runner/files/folders";

/**
 * The token that an earlier run has left in a file, so that open pages stay signed in, or a new token when there is
 * none.
 */
export function tokenIn(file: string | undefined): string {
  const saved = file === undefined ? "" : textOf(file);
  return /^[\w-]{32}$/.test(saved) ? saved : randomBytes(24).toString("base64url");
}

/** Writes the token so that only this user can read it. If that fails, the next run has another token. */
export function keepToken(file: string, token: string): void {
  try {
    makeFolder(dirname(file));
    writeFileSync(file, token, { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch {
    // The runner reports a full disk or a deleted folder itself.
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
