import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeBrowser } from "../support/requirements";
import { Run } from "./run";
import { Visitor } from "./visitor";

const reading = (id: string): string =>
  JSON.stringify({
    sensor_id: id,
    temperature: 21.5,
    humidity: 60,
    timestamp: new Date().toISOString(),
    location: "warehouse-A",
  });

const views = [
  ["Pipeline", "Pipeline"],
  ["Journeys", "Recorridos"],
  ["Stream", "Stream"],
  ["Lake", "Lago"],
  ["SQL", "SQL"],
  ["Functions", "Funciones"],
  ["Metrics", "Métricas"],
] as const;

describeBrowser("the console's page, on the pipeline as it runs here,", (chromium) => {
  let run: Run;
  let browser: Browser;
  let visitor: Visitor;

  beforeAll(async () => {
    // Discarded at the first failure, and written to the lake soon: what takes minutes on AWS takes seconds here.
    run = await Run.start({ bufferSeconds: 5, maximumRetryAttempts: 0 });
    browser = await Visitor.launch(chromium);
    visitor = await Visitor.arrive(browser, run.url);
  });

  afterAll(async () => {
    await browser?.close();
    run?.end();
  });

  it("keeps the token out of the address", () => {
    expect(visitor.page.url()).toMatch(/\/#\/pipeline$/);
  });

  it("shows nothing to whoever has another token, and says what to open", async () => {
    const [origin = ""] = run.url.split("#");
    const stranger = await Visitor.arrive(browser, `${origin}#another`, {}, ".connection.refused");
    await stranger.page.getByRole("alert").getByText("This page belongs to another run").waitFor();
    expect(await stranger.page.locator(".node").count()).toBe(0);
    await stranger.leave();
  });

  it("discards a batch while a fault of its panel is on", async () => {
    const fault = visitor.page.getByRole("switch", { name: "Function fails" });
    await visitor.open("Metrics");
    await visitor.tab("Faults");
    await fault.click();
    await visitor.page.locator('[aria-checked="true"]').waitFor();
    await visitor.send("discarded", reading("discarded"));
    await visitor.open("Functions");
    await visitor.tab("Queues");
    await visitor.page.getByText("1 message", { exact: true }).waitFor();
    await visitor.open("Metrics");
    await visitor.tab("Faults");
    await fault.click();
    await visitor.page.locator('[aria-checked="true"]').waitFor({ state: "detached" });
  });

  it("shows counts that rise while the simulator sends", async () => {
    await visitor.open("Stream");
    await visitor.button("Start").click();
    await visitor.page.locator(".record-row").nth(5).waitFor();
    await visitor.open("Pipeline");
    await visitor.page.locator(".node.stream").click();
    const records = visitor.page.getByRole("definition").first();
    const count = async () => Number((await records.textContent())?.replace(/\D/g, ""));
    const before = await count();
    await expect.poll(count, { timeout: 15_000 }).toBeGreaterThan(before);
    await visitor.open("Stream");
    await visitor.button("Stop").click();
    await visitor.button("Start").waitFor();
  });

  it("follows a good record to its row", async () => {
    await visitor.send("good-one", reading("good-one"));
    await visitor.followJourney("good-one");
    await visitor.page.getByRole("heading", { name: "Is a row of the table" }).waitFor();
    await visitor.page.locator(".journey").getByText("Delivered").waitFor();
    for (const step of [
      "Put into the stream",
      "Function invoked",
      "Waits in the buffer",
      "Written to an object",
    ])
      expect(await visitor.page.getByRole("heading", { name: step }).count(), step).toBeGreaterThan(0);
  });

  it("follows a bad record to its error document, and sends it again", async () => {
    await visitor.send("bad-one", '{"sensor_id":"bad-one","temperature":"hot"}');
    await visitor.followJourney("bad-one");
    await visitor.page.getByRole("heading", { name: "Written to an error document" }).waitFor();
    await visitor.page.locator(".journey").getByText("Rejected", { exact: true }).waitFor();
    expect(await visitor.page.locator(".failure").textContent()).toMatch(
      /^Written to an error document · errors\/: DataFormatConversion\.MalformedData: .*temperature: "hot"/,
    );
    await visitor.button("Send it again").click();
    await visitor.page.getByText(/Sent again, to shardId-/).waitFor();
    await visitor.page.locator(".step.failed").getByRole("link", { name: "Open the object" }).first().click();
    await visitor.page.getByText("Error document").waitFor();
    await visitor.page.getByText("DataFormatConversion.MalformedData").first().waitFor();
  });

  it("opens a Parquet object: schema, rows, and what becomes of it", async () => {
    await visitor.open("Lake");
    for (const folder of ["processed/", "sensor_data/", /^dt=/])
      await visitor.page.locator(".objects").getByRole("link", { name: folder }).first().click();
    await visitor.page
      .locator(".objects")
      .getByRole("link", { name: /parquet/ })
      .first()
      .click();
    await visitor.page.getByText("Parquet", { exact: true }).waitFor();
    await visitor.page.getByText(/Moves to STANDARD_IA in 90 days/).waitFor();
    expect(await visitor.page.getByRole("columnheader").allTextContents()).toContain("temperature");
    expect(await visitor.page.getByRole("cell").count()).toBeGreaterThan(4);
  });

  it("answers the lab's three questions, as a table and as a chart", async () => {
    await visitor.open("SQL");
    for (const name of ["latest-readings", "average-temperature-by-sensor", "high-temperature-readings"]) {
      await visitor.button(new RegExp(`^${name}`)).click();
      await visitor.page.getByText(/· [\d.,]+ \w+ scanned ·/).waitFor();
      expect(await visitor.page.getByRole("alert").count(), name).toBe(0);
      await visitor.settled();
    }
    await visitor.button(/^average-temperature-by-sensor/).click();
    await visitor.page.getByRole("columnheader", { name: "average_temperature" }).waitFor();
    await visitor.button("Chart").click();
    await visitor.page.getByRole("img", { name: /average_temperature by sensor_id/ }).waitFor();
  });

  it("underlines the word that is wrong", async () => {
    await visitor.ask("SELECT sensor_id,\n  temperatur\nFROM sensor_data");
    await visitor.page.getByText("Line 2, column 3").waitFor();
    expect(await visitor.page.locator(".cm-lintRange-error").textContent()).toBe("temperatur");
  });

  it("holds 100,000 rows, and draws those in sight", async () => {
    await visitor.ask(
      "SELECT n FROM UNNEST(sequence(1, 10)) AS a(m) CROSS JOIN UNNEST(sequence(1, 10000)) AS t(n)",
    );
    await visitor.page.getByText("100,000 rows").waitFor();
    await visitor.page.locator(".grid").press("End");
    await visitor.page.getByRole("cell", { name: "100000", exact: true }).waitFor();
    expect(await visitor.page.getByRole("row").count()).toBeLessThan(100);
  });

  it("sees the alarm that the fault rings", async () => {
    await visitor.open("Metrics");
    await visitor.tab("Alarms");
    const alarm = visitor.page.locator("details", { hasText: "sensor-lake-dev-dead-letters" }).first();
    await alarm.getByText("In alarm").first().waitFor({ timeout: 90_000 });
    await alarm.locator("summary").click();
    await alarm.getByText(/OK → In alarm/).waitFor();
  });

  it("redrives a dead letter", async () => {
    await visitor.open("Functions");
    await visitor.tab("Queues");
    await visitor.button("Send again").click();
    await visitor.page.getByText("Sent again: 1").waitFor();
    await expect.poll(() => visitor.page.getByText("No message: nothing was discarded.").count()).toBe(2);
  });

  it("has nothing that the browser complains about", () => {
    // The statement that is wrong is refused with status 400, which Chromium writes down as well.
    const own = visitor.complaints.filter((text) => !/status of 400/.test(text));
    expect(own).toEqual([]);
  });

  it.each([
    { language: "English", locale: "en-GB", width: 1280, colorScheme: "light" as const, at: 0 as const },
    { language: "Spanish", locale: "es-ES", width: 400, colorScheme: "dark" as const, at: 1 as const },
  ])("is in $language, $width pixels wide, $colorScheme, and axe finds nothing", async (look) => {
    const other = await Visitor.arrive(browser, run.url, {
      locale: look.locale,
      colorScheme: look.colorScheme,
      viewport: { width: look.width, height: 800 },
    });
    for (const view of views) {
      await other.open(view[look.at]);
      await other.settled();
      expect(await other.isTooWide, view[0]).toBe(false);
      expect(await other.violations(), view[0]).toEqual([]);
      await other.page.setViewportSize({ width: look.width === 400 ? 1280 : 400, height: 800 });
      expect(await other.isTooWide, view[0]).toBe(false);
      await other.page.setViewportSize({ width: look.width, height: 800 });
    }
    await other.leave();
  });

  it("keeps the keyboard's place where what had the focus is gone", async () => {
    await visitor.open("Pipeline");
    await visitor.page.locator(".node.stream").press("Enter");
    await visitor.page.locator(".details").getByRole("button", { name: "Close" }).press("Enter");
    expect(await visitor.focused()).toMatch(/^button\.node stream/);
    await visitor.open("Stream");
    await visitor.page.locator(".record-row").first().press("Enter");
    await visitor.page.getByRole("link", { name: "Follow its journey" }).press("Enter");
    await visitor.page.getByRole("heading", { level: 1, name: "Journeys" }).waitFor({ state: "attached" });
    await expect.poll(() => visitor.focused()).toMatch(/^main/);
    await visitor.button("Send it again").press("Enter");
    await visitor.page.getByText(/Sent again, to shardId-/).waitFor();
    expect(await visitor.focused()).toMatch(/^button/);
    await visitor.open("Lake");
    await visitor.page.locator(".objects").getByRole("link").first().press("Enter");
    await expect.poll(() => visitor.focused()).toMatch(/^section\.pane/);
  });

  it("asks nothing of the runner while it is hidden, and goes on at once when it is seen", async () => {
    await visitor.open("Stream");
    await visitor.settled();
    await visitor.hide(true);
    await visitor.page.waitForTimeout(500);
    const asked: string[] = [];
    const write = (request: { url(): string }) => void asked.push(new URL(request.url()).pathname);
    visitor.page.on("request", write);
    await visitor.page.waitForTimeout(4_000);
    expect(asked).toEqual([]);
    await visitor.hide(false);
    await expect.poll(() => asked.filter((path) => /\/(live|tail)$/.test(path)).length).toBe(2);
    visitor.page.off("request", write);
    expect(await visitor.page.locator(".connection.live").count()).toBe(1);
  });

  it("has its first screen without a script, in the reader's language", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: "es-ES" });
    const page = await context.newPage();
    await page.goto(run.url);
    expect(await page.getByRole("navigation").getByRole("listitem").allTextContents()).toEqual(
      views.map(([, spanish]) => spanish),
    );
    await context.close();
  });

  it("keeps the token when somebody clicks on a view before the script is there", async () => {
    const context = await browser.newContext({ locale: "en-GB" });
    const page = await context.newPage();
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.route("**/assets/main-*.js", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(run.url, { waitUntil: "commit" });
    await page.getByRole("navigation").getByText("SQL").click();
    letGo();
    await page.locator(".connection.live").waitFor();
    await context.close();
  });

  it("speaks the browser's language until another is chosen", async () => {
    const reader = await Visitor.arrive(browser, run.url, { locale: "es-ES" });
    expect(await reader.page.evaluate("localStorage.length")).toBe(0);
    await reader.page.getByLabel("Idioma").selectOption("en");
    await reader.page.reload();
    await reader.page.getByRole("link", { name: "Journeys" }).waitFor();
    await reader.leave();
  });

  it("paints before it has read anything of the runner", async () => {
    expect(await visitor.firstPaint()).toBeLessThan(await visitor.firstAnswer());
  });

  it("says that the runner is gone when it is, and goes on with the next one", async () => {
    await visitor.open("Pipeline");
    await run.kill();
    await visitor.page.getByRole("alert").getByText("The runner has stopped").waitFor();
    await visitor.page.locator(".connection.gone").waitFor();
    await run.again();
    await visitor.page.locator(".connection.live").waitFor();
    await visitor.page.locator(".node.stream").waitFor();
    expect(await visitor.page.getByRole("alert").count()).toBe(0);
  });
});
