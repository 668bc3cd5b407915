import { expect, it, vi } from "vitest";

vi.stubGlobal("navigator", { language: "en" });
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} });
vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {} }));
vi.stubGlobal("document", { documentElement: { dataset: {} } });

it.each(["2026-11-26T00:15:00Z", "2026-11-26T23:45:00Z"])(
  "a rule of 90 days acts in 90 days on an object that was written at %s",
  async (written) => {
    const { inDays } = await import("../../local/console/page/text/format");
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html: at the next midnight UTC.
    expect(inDays(Date.parse("2027-02-25T00:00:00Z"), Date.parse(written))).toBe("in 90 days");
  },
);
