import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openConsole } from "../../local/console/index";
import { TestConsole } from "./fixtures/console";

const shared = TestConsole.shared();

/** The status of a request whose headers no fetch sends. */
function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

describe("the console", () => {
  it("listens on loopback, and has its token in the fragment of its URL", async () => {
    const { console } = await shared();
    expect(console.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{32}$/);
  });

  it("answers nobody without the token, or with another one", async () => {
    const { origin, token } = await shared();
    for (const Authorization of ["", "Bearer", "Bearer wrong", `Bearer ${token}x`, `Basic ${token}`]) {
      const response = await fetch(`${origin}/api/pipeline`, { headers: { Authorization } });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({
        message: expect.stringContaining("the URL that the runner prints"),
      });
    }
  });

  it("answers under no other name, so that no name can be made to lead here", async () => {
    const { origin, token } = await shared();
    const Authorization = `Bearer ${token}`;
    const port = new URL(origin).port;
    for (const Host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1",
      `127.0.0.1:${Number(port) + 1}`,
    ]) {
      expect(await statusOf(`${origin}/api/pipeline`, { Host, Authorization })).toBe(403);
      expect(await statusOf(`${origin}/`, { Host })).toBe(403);
    }
    expect(await statusOf(`${origin}/api/pipeline`, { Host: `localhost:${port}`, Authorization })).toBe(200);
  });

  it("answers no page of another site, and lets none read", async () => {
    const { origin, token } = await shared();
    const Authorization = `Bearer ${token}`;
    expect(await statusOf(`${origin}/api/pipeline`, { Origin: "http://evil.example", Authorization })).toBe(
      403,
    );
    expect(await statusOf(`${origin}/api/pipeline`, { Origin: "null", Authorization })).toBe(403);
    expect(await statusOf(`${origin}/api/pipeline`, { "Sec-Fetch-Site": "cross-site", Authorization })).toBe(
      403,
    );
    const own = await fetch(`${origin}/api/pipeline`, { headers: { Origin: origin, Authorization } });
    expect(own.status).toBe(200);
    expect(own.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("gives its page no script but its own, no frame, and nothing to sniff or to keep", async () => {
    const test = await shared();
    const page = await fetch(`${test.origin}/`);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self';");
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect((await test.fetch("/pipeline")).headers.get("cache-control")).toBe("no-store");
  });

  it("lets its page's own style sheets in by what they say, and no other", async () => {
    const { origin } = await shared();
    const hash = createHash("sha256").update("p { color: red }").digest("base64");
    const policyOf = async (path: string) =>
      (await fetch(`${origin}${path}`)).headers.get("content-security-policy");
    expect(await policyOf("/")).toContain(`; style-src 'self' 'sha256-${hash}';`);
    expect(await policyOf("/assets/main.js")).toContain("; style-src 'self';");
  });

  it("serves the page's files, and no other of the machine", async () => {
    const { origin } = await shared();
    expect(await (await fetch(`${origin}/`)).text()).toContain("<title>page</title>");
    const script = await fetch(`${origin}/assets/main.js`);
    expect(script.headers.get("content-type")).toContain("text/javascript");
    const again = await fetch(`${origin}/assets/main.js`, {
      headers: { "If-None-Match": script.headers.get("etag") ?? "" },
    });
    expect(again.status).toBe(304);
    for (const path of [
      "/../stack/cdk.tf.json",
      "/%2e%2e/stack/cdk.tf.json",
      "/..%2fstack%2fcdk.tf.json",
      "/assets",
    ])
      expect(await statusOf(`${origin}${path}`, {})).toBe(404);
  });

  it("serves the page in the language that a reader wants most, where there is one", async () => {
    const test = await shared();
    const languages = async (accepted: string) =>
      (await fetch(test.origin, { headers: { "Accept-Language": accepted } })).text();
    expect(await languages("es-ES,es;q=0.9,en;q=0.8")).toContain('lang="es"');
    expect(await languages("de,es;q=0.5")).not.toContain('lang="es"');
    expect(await languages("")).not.toContain('lang="es"');
  });

  it("takes no body that is larger than a record, and tells who has begun to send one", async () => {
    const test = await shared();
    const response = await test.fetch("/queries", { method: "POST", body: "x".repeat(16 * 1024 * 1024) });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({
      message: expect.stringMatching(/^a request's body may have \d+ bytes, as many as the largest record$/),
    });
  });

  it("says in one sentence what is wrong with a request", async () => {
    const test = await shared();
    expect(await test.ask("/nothing")).toEqual({ status: 404, message: "there is no GET /api/nothing" });
    expect(await test.ask("/queries", "POST", { sql: " " })).toEqual({
      status: 400,
      message: "sql: must be a statement",
    });
    expect(await test.ask("/queries", "POST", { sql: "SELECT 1", more: 1 })).toMatchObject({ status: 400 });
    expect(await test.ask("/journeys?limit=many")).toEqual({
      status: 400,
      message: 'limit is "many"; it must be a whole number from 1 to 500',
    });
    const noJson = await test.fetch("/queries", { method: "POST", body: "{" });
    expect([noJson.status, await noJson.json()]).toEqual([
      400,
      { message: "the request's body must be JSON" },
    ]);
    expect(test.troubles).toEqual([]);
  });

  it("keeps its token from one run to the next where it is told a file, which nobody else may read", async () => {
    const test = await TestConsole.start();
    const tokenFile = join(test.folder, "token");
    const { world } = test;
    const run = async () => {
      const opened = await openConsole({ page: test.folder, tokenFile });
      opened.show(world);
      await opened.close();
      return new URL(opened.url).hash.slice(1);
    };
    const token = await run();
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    expect(await run()).toBe(token);
    writeFileSync(tokenFile, "short");
    expect(await run()).not.toBe(token);
    expect(readFileSync(tokenFile, "utf8")).toMatch(/^[\w-]{32}$/);
  });

  it("asks to try again while no stack runs, and ends its events", async () => {
    const test = await TestConsole.start();
    const events = test.events("/live", new AbortController().signal);
    expect((await events.next()).done).toBe(false);
    test.console.pause();
    for (let event = await events.next(); !event.done; event = await events.next());
    expect(await test.ask("/pipeline")).toMatchObject({ status: 503 });
  });
});
