import { spawn } from "node:child_process";

const commands: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  // `start` reads its first quoted argument as a window title.
  win32: ["cmd", "/c", "start", '""'],
};

/**
 * Opens a URL in the user's browser.
 *
 * @returns Whether a browser was opened. The caller prints the URL in either case.
 */
export function openInBrowser(url: string, platform: string = process.platform): Promise<boolean> {
  // On a machine without a display, `xdg-open` would start a text browser in this terminal.
  const hasScreen = Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  const [command, ...args] = commands[platform] ?? ["xdg-open"];
  if (commands[platform] === undefined && !hasScreen) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
    child.unref();
  });
}
