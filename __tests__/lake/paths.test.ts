import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileName, inside, objectKeyOf, objectPath } from "../../local/lake/paths";

describe("a path inside a folder", () => {
  it.each([
    [["a"], "/lake/a"],
    [["a/b", "..", "c"], "/lake/a/c"],
    [["/a"], "/lake/a"],
    [["..a"], "/lake/..a"],
  ])("%j is %s", (parts, path) => {
    expect(inside("/lake", ...parts)).toBe(path);
  });

  it.each([
    [[]],
    [[""]],
    [["."]],
    [[".."]],
    [["a/../.."]],
    [["a", "../../lakes"]],
    [["../lakeside"]],
    [["a\0"]],
  ])("%j is refused", (parts) => {
    expect(() => inside("/lake", ...parts)).toThrow(/ is not below \/lake$/);
  });
});

describe("the place of an object", () => {
  it.each([
    ["raw/dt=2024-01-15/object.gz", "raw/dt=2024-01-15/object.gz"],
    ["raw/a%20b/%2Fx", "raw/a%20b/%2Fx"],
    ["../../../etc/passwd", "%2E%2E/%2E%2E/%2E%2E/etc/passwd"],
    ["a/./b", "a/%2E/b"],
    ["/a", "%/a"],
    ["a//b", "a/%/b"],
    ["a/", "a/%"],
    ["...", "..."],
    ["%2E%2E/%", "%252E%2E/%25"],
  ])("of the key %j is %s", (key, path) => {
    expect(objectPath("/lake", "bucket", key)).toBe(join("/lake/bucket", path));
    expect(objectKeyOf("/lake", "bucket", join("/lake/bucket", path))).toBe(key);
  });

  it("is below its bucket for every key, and another one for every other key", () => {
    const part = fc.oneof(
      fc.constantFrom("", ".", "..", "%", "%25", "%2E", "%2E%2E", "%252E", "a"),
      fc.string({ unit: fc.constantFrom("%", "2", "5", "E", ".") }),
    );
    const keys = fc
      .array(part, { minLength: 1 })
      .map((parts) => parts.join("/"))
      .filter((key) => key !== "");
    fc.assert(
      fc.property(keys, (key) => {
        const path = objectPath("/lake", "bucket", key);
        expect(path.startsWith("/lake/bucket/")).toBe(true);
        expect(objectKeyOf("/lake", "bucket", path)).toBe(key);
      }),
    );
  });

  it.each(["", ".", "..", "../other", "a/../.."])("in a bucket named %j is refused", (bucket) => {
    expect(() => objectPath("/lake", bucket, "key")).toThrow(/ is not below \/lake$/);
  });
});

describe("the name of a file", () => {
  it.each([
    ["aws_lambda_function.process-1", "aws_lambda_function.process-1"],
    ['module.lab["../x"].aws_s3_bucket.b', "module.lab%5B%22..%2Fx%22%5D.aws_s3_bucket.b"],
    ["..", "%2E%2E"],
    [".", "%2E"],
    ["", "%"],
    ["a*b'", "a%2Ab%27"],
    ["\ud800", "%EF%BF%BD"],
  ])("for %j is %s", (text, name) => {
    expect(fileName(text)).toBe(name);
  });

  it("is short, and another one for each of two long texts", () => {
    const names = ["a", "b"].map((end) => fileName(`${"x".repeat(1_000)}${end}`));
    expect(names[0]).not.toBe(names[1]);
    for (const name of names) expect(name.length).toBeLessThan(200);
  });
});
