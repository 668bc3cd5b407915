import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { stream, TestConsole } from "./fixtures/console";

const root = join(__dirname, "../..");
const page = join(root, "docs/console.md");

/** The table of `api.ts`, without what makes it a comment. */
const table = [...readFileSync(join(root, "local/console/api.ts"), "utf8").matchAll(/^ \* (\|.*\|)$/gm)]
  .map(([, row = ""]) => row)
  .join("\n");

it("docs/console.md has the API as api.ts describes it; UPDATE=1 writes it anew", () => {
  const text = readFileSync(page, "utf8");
  const current = text.replace(
    /(<!-- api:begin -->\n)[\s\S]*?(<!-- api:end -->)/,
    (_, begin: string, end: string) => `${begin}${table}\n${end}`,
  );
  if (process.env.UPDATE === "1") writeFileSync(page, current);
  else expect(text).toBe(current);
});

it("each path of the table is answered, and no other", async () => {
  const test = await TestConsole.start();
  const paths = [...table.matchAll(/`(GET|POST|PUT|DELETE) \/api(\/[^`?\s]*)/g)];
  expect(paths.length).toBeGreaterThan(30);
  for (const [, method = "", path = ""] of paths) {
    const named = path.replace(":name", stream).replace(":id", "none");
    const end = new AbortController();
    const response = await test.fetch(named, { method, signal: end.signal });
    const isEvents = response.headers.get("content-type") === "text/event-stream";
    if (!isEvents && response.status === 404)
      expect(await response.json()).not.toMatchObject({ message: `there is no ${method} /api${named}` });
    end.abort();
  }
  expect(await test.ask("/other", "PUT")).toEqual({ status: 404, message: "there is no PUT /api/other" });
});
