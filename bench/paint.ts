import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openConsole } from "@streaming-data-lake/console";
import { type Browser, chromium } from "playwright-core";
import { findChromium, noChromium } from "../scripts/screenshots/chromium";
import { type Measurement, median } from "./measurement";

const visits = 20;

/** Measures how soon the console's page is visible in a browser without cache, compared with a page of one word. */
export async function run(): Promise<readonly Measurement[]> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    process.stderr.write(`skipped: ${noChromium}\n`);
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), "bench-paint-"));
  const word = join(folder, "word");
  mkdirSync(word);
  writeFileSync(join(word, "index.html"), "<!doctype html><title>Word</title><p>Word</p>");
  const [console, plain] = [await openConsole(), await openConsole({ page: word })];
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const [ours, least]: [number[], number[]] = [[], []];
  try {
    for (let visit = 0; visit < visits; visit++) {
      ours.push(await firstPaint(browser, console.url));
      least.push(await firstPaint(browser, plain.url));
    }
  } finally {
    await browser.close();
    await console.close();
    await plain.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const seen = median(ours);
  return [
    {
      what: `console's first paint, median of ${visits}`,
      value: seen,
      unit: "ms",
      target: "<= 300",
      reached: seen <= 300,
    },
    { what: "  that of a page of one word", value: median(least), unit: "ms" },
  ];
}

/** Milliseconds from the navigation to the first text on the screen: https://web.dev/articles/fcp */
async function firstPaint(browser: Browser, url: string): Promise<number> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  const paint = await page.evaluate<number>(`new Promise((resolve) =>
    new PerformanceObserver((list) => resolve(list.getEntriesByName("first-contentful-paint")[0]?.startTime))
      .observe({ type: "paint", buffered: true }))`);
  await page.context().close();
  return paint;
}
