import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import type { Handler } from "hono";
import { securityPolicy } from "./guard";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

/**
 * Serves the files of a folder and nothing else. Browsers revalidate each file, because the next runner on the same
 * port may be another version.
 */
export const pages =
  (folder: string): Handler =>
  (context) => {
    if (!existsSync(folder)) return context.text("The page is not built.\n", 404);
    const names = namesIn(folder);
    const name =
      context.req.path === "/"
        ? indexOf(names, context.req.header("accept-language"))
        : context.req.path.slice(1);
    if (!names.includes(name)) return context.text("There is no such page.\n", 404);
    const bytes = readFileSync(join(folder, name));
    const tag = `"${createHash("sha256").update(bytes).digest("base64url")}"`;
    const headers = {
      "Content-Type": types[extname(name)] ?? "application/octet-stream",
      "Cache-Control": "no-cache",
      ETag: tag,
      Vary: "Accept-Language",
      ...(extname(name) === ".html" && { "Content-Security-Policy": securityPolicy(stylesIn(`${bytes}`)) }),
    };
    if (context.req.header("if-none-match") === tag) return context.body(null, 304, headers);
    return context.body(new Uint8Array(bytes), 200, headers);
  };

/** The page in the language that the reader prefers, such as `index.es.html`, if there is one. */
function indexOf(names: readonly string[], accepted = ""): string {
  const [wanted = ""] = accepted.toLowerCase().split(/[-,;]/);
  return names.find((name) => name === `index.${wanted}.html`) ?? "index.html";
}

const stylesIn = (html: string): string[] =>
  [...html.matchAll(/<style>(.*?)<\/style>/gs)].map(([, text = ""]) => text);

const namesIn = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => name.replaceAll("\\", "/"));
