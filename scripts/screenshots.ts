/**
 * Takes the screenshots of the console in the docs: `npm run screenshots`. It runs the pipeline with its simulator for
 * a minute, and takes `docs/console-*.png` with Chromium (`CHROMIUM`, by default /usr/bin/chromium), so that they show
 * the real page.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { defineCommand, runAlone, UserError } from "@streaming-data-lake/command";
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium, noChromium } from "./screenshots/chromium";
import { startPipeline } from "./screenshots/pipeline";

interface Picture {
  readonly name: string;
  readonly colorScheme: "light" | "dark";
  readonly show: (page: Page) => Promise<void>;
}

const go = (page: Page, hash: string) => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);

const pictures: readonly Picture[] = [
  {
    name: "light",
    colorScheme: "light",
    show: async (page) => {
      await page.locator(".throughput .uplot").waitFor();
      await pause(60_000);
    },
  },
  {
    name: "dark",
    colorScheme: "dark",
    show: async (page) => {
      // The journeys of the latest records end only when the buffer is written.
      await page.getByRole("button", { name: "Write buffers now" }).click();
      await page.getByText("Buffers written").waitFor();
      await go(page, "#/journey");
      await page.getByRole("searchbox").fill("temperature");
      await page.getByText("Delivered").first().waitFor({ timeout: 90_000 });
      await page.locator(".heads a", { hasText: "Delivered" }).first().click();
      await page.locator(".step").nth(3).waitFor();
    },
  },
];

async function take(browser: Browser, url: string, { name, colorScheme, show }: Picture): Promise<string> {
  const page = await browser.newPage({
    locale: "en-US",
    colorScheme,
    viewport: { width: 1280, height: 800 },
  });
  page.setDefaultTimeout(90_000);
  await page.goto(url);
  await page.locator(".connection.live").waitFor();
  await show(page);
  // The picture should include what the page draws a moment later.
  await pause(2_000);
  const path = join(__dirname, `../docs/console-${name}.png`);
  await page.screenshot({ path });
  await page.close();
  return path;
}

async function run(): Promise<number> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new UserError(noChromium);
  const pipeline = await startPipeline();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const [origin = "", token = ""] = pipeline.url.split("/#");
    await fetch(`${origin}/api/simulator`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ running: true, rate: 10, keys: 12, invalidShare: 0.01 }),
    });
    await pause(5_000);
    for (const picture of pictures) console.log(await take(browser, pipeline.url, picture));
  } finally {
    await browser.close();
    pipeline.end();
  }
  return 0;
}

const command = defineCommand(
  "screenshots",
  "npm run screenshots",
  "Takes the screenshots of the console in the docs.",
);
void runAlone({ command, run });
