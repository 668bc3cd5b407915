import { describe, expect, it } from "vitest";
import { missingLine } from "./guide";

describe("what a guide says is shown", () => {
  const output =
    "> npm run x\nSent 8 records to lab in 0.12 s (83/s).\n  7 done · 1 discarded\n  100  12158 lake/a\n";

  it("is found, whatever else stands between", () => {
    expect(
      missingLine(["Sent 8 records to lab in 0.12 s (83/s).", "7 done · 1 discarded"], output),
    ).toBeUndefined();
  });

  it("may leave things out with …", () => {
    expect(missingLine(["Sent 8 … (…", "…", "100 12158 …"], output)).toBeUndefined();
  });

  it("may have other measured numbers, and other blanks", () => {
    expect(
      missingLine(["Sent 8 records to lab in 3.4 s (83/s).", "100 99999 lake/a"], output),
    ).toBeUndefined();
  });

  it.each([
    ["a line that is not there", ["Sent"]],
    ["another count", ["7 done · 2 discarded"]],
    ["another order", ["7 done · 1 discarded", "Sent 8 …"]],
    ["more of it than there is", ["7 done …", "7 done …"]],
    ["what is a pattern only by chance", ["Sent 8 records to lab in 0.12 s .83/s.."]],
  ])("is missed when it is %s", (_, shown) => {
    expect(missingLine(shown, output)).toBe(shown.at(-1));
  });
});
