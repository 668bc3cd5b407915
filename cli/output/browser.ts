import { spawn } from "node:child_process";

const commands: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  // `start` takes the first of its arguments in quotes for a title.
  win32: ["cmd", "/c", "start", '""'],
};

/**
 * Opens a URL in the browser of the one who sits here.
 *
 * @returns whether there is one to open it; the URL stands in the terminal in any case.
 */
export function openInBrowser(url: string, platform: string = process.platform): Promise<boolean> {
  // On a machine without a screen `xdg-open` would take the terminal for a browser of text.
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
