import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";

/** By a path that nobody resolves: the page's own program has the browser's types. */
const format = join(__dirname, "../../local/console/page/text/format.ts");

vi.stubGlobal("navigator", { language: "en" });
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} });
vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {} }));
vi.stubGlobal("document", { documentElement: { dataset: {} } });
// Other files run in this process afterwards.
afterAll(() => void vi.unstubAllGlobals());

it.each(["2026-11-26T00:15:00Z", "2026-11-26T23:45:00Z"])(
  "a rule of 90 days acts in 90 days on an object that was written at %s",
  async (written) => {
    const { inDays } = (await import(format)) as { inDays: (time: number, now: number) => string };
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html: at the next midnight UTC.
    expect(inDays(Date.parse("2027-02-25T00:00:00Z"), Date.parse(written))).toBe("in 90 days");
  },
);
