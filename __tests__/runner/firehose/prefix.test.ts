import { describe, expect, it } from "vitest";
import { evaluatePrefix, formatPrefixTime, prefixProblem } from "../../../local/runner/firehose/prefix";

const values = {
  timestamp: new Date("2024-01-05T22:07:09.123Z"),
  timeZone: "UTC",
  randomString: () => "abcdefghijk",
};

describe("a prefix", () => {
  it.each([
    ["data/dt=!{timestamp:yyyy-MM-dd}/", "data/dt=2024-01-05/"],
    ["!{timestamp:yyyy}/!{timestamp:MM}/!{timestamp:dd}/!{timestamp:HH}/", "2024/01/05/22/"],
    ["r=!{firehose:random-string}/", "r=abcdefghijk/"],
    ["data/", "data/2024/01/05/22/"],
    ["", "2024/01/05/22/"],
    ["p=!{partitionKeyFromQuery:customer}/", "p=!{partitionKeyFromQuery:customer}/"],
  ])("%s becomes %s", (prefix, expected) => {
    expect(evaluatePrefix(prefix, values)).toBe(expected);
  });

  it("of errors names their kind", () => {
    const errors = { ...values, errorOutputType: "format-conversion-failed" };
    expect(evaluatePrefix("e/!{firehose:error-output-type}/!{timestamp:yyyy}/", errors)).toBe(
      "e/format-conversion-failed/2024/",
    );
    expect(evaluatePrefix("e/", errors)).toBe("e/format-conversion-failed/2024/01/05/22/");
  });

  it("uses the time zone of the delivery stream", () => {
    expect(evaluatePrefix("!{timestamp:yyyy-MM-dd-HH}/", { ...values, timeZone: "Asia/Tokyo" })).toBe(
      "2024-01-06-07/",
    );
  });
});

describe("a pattern of Java's DateTimeFormatter", () => {
  it.each([
    ["yyyy-MM-dd'T'HH:mm:ss.SSS", "2024-01-05T22:07:09.123"],
    ["yy M d", "24 1 5"],
    ["MMM MMMM", "Jan January"],
    ["E EEEE", "Fri Friday"],
    ["hh a", "10 PM"],
    ["D DDD", "5 005"],
    ["'it''s' yyyy", "it's 2024"],
  ])("%s is %s", (pattern, expected) => {
    expect(formatPrefixTime(pattern, values.timestamp, "UTC")).toBe(expected);
  });
});

describe("a prefix that Firehose refuses", () => {
  const none = { isError: false, partitionKeys: [] };
  it.each([
    ["!{timestamp:yyyy-jj}/", none, /the pattern letter j is unknown/],
    ["!{firehose:error-output-type}/", none, /it must be one of firehose:random-string/],
    ["!{date:yyyy}/", none, /the namespace date is unknown/],
    ["!{timestamp:yyyy", none, /an expression that does not end/],
    ["!{partitionKeyFromQuery:x}/", none, /there are no such partition keys/],
    [
      "e/!{timestamp:yyyy}/",
      { isError: true, partitionKeys: [] },
      /must have !\{firehose:error-output-type\} too/,
    ],
  ])("%s", (prefix, rules, problem) => {
    expect(prefixProblem(prefix, rules)).toMatch(problem);
  });

  it("is not refused when Firehose accepts it", () => {
    expect(prefixProblem("a/!{timestamp:YYYY/'W'ww}/!{firehose:random-string}/", none)).toBeUndefined();
    expect(prefixProblem("../a//b/", none)).toBeUndefined();
  });
});
