import { spawn } from "node:child_process";

const commands: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  // `start` takes its first argument in quotes as the title of a window.
  win32: ["cmd", "/c", "start", '""'],
};

/**
 * Opens a URL in the user's browser.
 *
 * @returns Whether a browser was opened. The terminal shows the URL in any case.
 */
export function openInBrowser(url: string, platform: string = process.platform): Promise<boolean> {
  // On a machine without a screen `xdg-open` would start a text browser in this terminal.
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
