import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";

const axe = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");

/** Milliseconds for what the page shows at its next look. */
const timeoutMs = 30_000;

/** Somebody who looks at the console. What the page complains about in the browser's console is kept. */
export class Visitor {
  readonly complaints: string[] = [];

  private constructor(readonly page: Page) {}

  static launch(executablePath: string): Promise<Browser> {
    return chromium.launch({ executablePath, args: ["--no-sandbox"] });
  }

  /** @param sign What shows that the page has found out about the runner. */
  static async arrive(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
    sign = ".connection.live",
  ): Promise<Visitor> {
    const context = await browser.newContext({
      locale: "en-GB",
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    context.setDefaultTimeout(timeoutMs);
    const visitor = new Visitor(await context.newPage());
    visitor.page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) visitor.complaints.push(message.text());
    });
    visitor.page.on("pageerror", (error) => visitor.complaints.push(error.message));
    await visitor.page.goto(url);
    await visitor.page.locator(sign).waitFor();
    return visitor;
  }

  /** Milliseconds from the visit to the first thing that is seen. */
  firstPaint(): Promise<number> {
    return this.page.evaluate(`performance.getEntriesByName("first-contentful-paint")[0].startTime`);
  }

  /** Milliseconds from the visit to the first answer of the API. */
  firstAnswer(): Promise<number> {
    return this.page.evaluate(
      `performance.getEntriesByType("resource").find(({ name }) => name.includes("/api/")).responseEnd`,
    );
  }

  /** By the name of a view in the navigation. */
  async open(view: string): Promise<void> {
    await this.page.getByRole("navigation").first().getByRole("link", { name: view }).click();
    await this.page.getByRole("heading", { level: 1, name: view }).waitFor({ state: "attached" });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  async tab(name: string): Promise<void> {
    await this.page.getByRole("tab", { name }).click();
  }

  /** Puts a record by the form of the stream's view. */
  async send(partitionKey: string, data: string): Promise<void> {
    await this.open("Stream");
    await this.page.getByLabel("Partition key").last().fill(partitionKey);
    await this.page.getByLabel("Data").fill(data);
    await this.button("Put").click();
    await this.page.getByText(/^\s*In shardId-/).waitFor();
  }

  /** Opens the latest journey of a key. */
  async followJourney(partitionKey: string): Promise<void> {
    await this.open("Journeys");
    await this.page.getByRole("searchbox").fill(partitionKey);
    await this.page.getByRole("link", { name: partitionKey }).first().click();
  }

  /** Writes a statement into the editor, and runs it by the keyboard. */
  async ask(sql: string): Promise<void> {
    await this.page.locator(".cm-content").click();
    // Over what is selected the browser would write with its own inline styles, which the page's policy refuses.
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.press("Delete");
    await this.page.keyboard.insertText(sql);
    await this.page.keyboard.press("Control+Enter");
  }

  /** Nothing is being loaded any more. */
  async settled(): Promise<void> {
    await expect.poll(() => this.page.locator(".loading").count(), { timeout: timeoutMs }).toBe(0);
  }

  /** Whether one must scroll sideways to see all of the page. */
  get isTooWide(): Promise<boolean> {
    return this.page.evaluate("document.documentElement.scrollWidth > window.innerWidth");
  }

  /** What axe finds wrong, each with the first place. It comes by way of the browser: the page's policy would refuse it. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(`${axe}; undefined`);
    return this.page.evaluate(
      `axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ": " + nodes[0].html + " " + nodes[0].failureSummary))`,
    );
  }

  /** What has the focus, as its element and classes. */
  focused(): Promise<string> {
    return this.page.evaluate(
      `document.activeElement.tagName.toLowerCase() + "." + document.activeElement.className`,
    );
  }

  /** As behind another tab; headless browsers hide none. */
  hide(hidden: boolean): Promise<void> {
    return this.page.evaluate(
      `Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
       document.dispatchEvent(new Event("visibilitychange"))`,
    );
  }

  async leave(): Promise<void> {
    await this.page.context().close();
  }
}
