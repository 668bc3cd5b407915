import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { buildPage, pageFolder, pageOutput } from "../../local/console/page/build";
import { appSources } from "../../terraform/open-stack";
import { temporaryFolder } from "../support/folders";

it("all of the page takes less than 500 kB, compressed", async () => {
  const folder = await buildPage(join(temporaryFolder(), "page.out"));
  const files = readdirSync(join(folder, "assets")).map((name) => readFileSync(join(folder, "assets", name)));
  const bytes = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  expect(files.length).toBeGreaterThan(5);
  expect(bytes).toBeLessThan(500_000);
  expect(readFileSync(join(folder, "index.html"), "utf8")).toMatch(/src="\/assets\/main-\w+\.js"/);
});

it("is no source of the app, as nothing is that git ignores, so the stack does not look older than its sources", async () => {
  await pageFolder();
  const folder = join(__dirname, "../..");
  const sources = appSources({ folder, output: join(folder, "cdktf.out") });
  const ignored = spawnSync("git", ["check-ignore", "--stdin"], { cwd: folder, input: sources.join("\n") });
  expect(sources.length).toBeGreaterThan(500);
  expect(ignored.stdout.toString()).toBe("");
  expect(existsSync(pageOutput)).toBe(true);
});

it.each([
  ["index.html", "en", ["Pipeline", "Journeys", "Stream", "Lake", "SQL", "Functions", "Metrics"]],
  ["index.es.html", "es", ["Pipeline", "Recorridos", "Stream", "Lago", "SQL", "Funciones", "Métricas"]],
])(
  "%s has its first screen without a script: the views' names, in its language",
  async (name, language, views) => {
    const html = readFileSync(join(await buildPage(join(temporaryFolder(), "page.out")), name), "utf8");
    expect(html).toContain(`<html lang="${language}">`);
    const names = [...html.matchAll(/<a>.*?<span>(.*?)<\/span><\/a>/g)].map(([, view]) => view);
    expect(names).toEqual(views);
  },
);
