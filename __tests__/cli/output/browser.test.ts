import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { openInBrowser } from "../../../cli/output/browser";
import { temporaryFolder } from "../../support/folders";

/** A machine whose only command opens URLs, and writes them down. */
function machineWith(command: string, code = 0): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, command), `#!/bin/sh\necho "$1" > ${folder}/opened\nexit ${code}\n`);
  chmodSync(join(folder, command), 0o755);
  vi.stubEnv("PATH", folder);
  vi.stubEnv("DISPLAY", ":0");
  onTestFinished(() => void vi.unstubAllEnvs());
  return join(folder, "opened");
}

const url = "http://127.0.0.1:4580/#token";

it.each([
  ["linux", "xdg-open"],
  ["darwin", "open"],
])("on %s it is opened by %s", async (platform, command) => {
  const opened = machineWith(command);
  expect(await openInBrowser(url, platform)).toBe(true);
  expect(readFileSync(opened, "utf8")).toBe(`${url}\n`);
});

it("says so where no browser could be opened", async () => {
  machineWith("xdg-open", 3);
  expect(await openInBrowser(url, "linux")).toBe(false);
  vi.stubEnv("PATH", "/nowhere");
  expect(await openInBrowser(url, "linux")).toBe(false);
  vi.stubEnv("DISPLAY", undefined);
  vi.stubEnv("WAYLAND_DISPLAY", undefined);
  expect(await openInBrowser(url, "linux")).toBe(false);
});
