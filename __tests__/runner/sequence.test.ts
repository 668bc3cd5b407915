import { describe, expect, it } from "vitest";
import { compareSequenceNumbers, lowestSequenceNumber } from "../../local/runner/stream/sequence";

describe("sequence numbers", () => {
  it("are compared as the numbers that they are", () => {
    expect(["100", "9", "99"].sort(compareSequenceNumbers)).toEqual(["9", "99", "100"]);
  });

  it.each([
    [["5", "10"], "5"],
    [["10", "5"], "5"],
    [["5", undefined], undefined],
    [[null, "5"], undefined],
    [[], undefined],
  ])("the lowest of %j is %s: a reader that has not begun is behind all others", (positions, expected) => {
    expect(lowestSequenceNumber(positions)).toBe(expected);
  });
});
