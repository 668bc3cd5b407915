import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { help, parseArguments, UsageError } from "../../../producer/command/args";

describe("the options", () => {
  it("default to 100 readings of ten sensors, as fast as they are taken", () => {
    expect(parseArguments([])).toMatchObject({ count: 100, sensors: 10, rate: undefined, continuous: false });
  });

  it.each([
    [["--nope"], "Unknown option '--nope'"],
    [["readings.ndjson"], "Unexpected argument 'readings.ndjson'"],
    [["--count"], "--count"],
    [["--count", "abc"], '--count is "abc"; it must be a whole number'],
    [["--count", "1.5"], '--count is "1.5"'],
    [["--count", "-1"], "--count"],
    [["--rate", "0"], '--rate is "0"; it must be a number from'],
    [["--sensors", "0"], '--sensors is "0"; it must be a whole number from 1'],
    [["--seed", "4294967296"], "--seed"],
    [["--start", "yesterday"], "a time such as 2024-01-15T10:30:00Z"],
    [["--time", "then", "--file", "x"], '--time is "then"; it must be now or field'],
    [["--endpoint", "localhost:4567"], "an address such as http://127.0.0.1:4567"],
    [["--shard-limits", "yes"], "it must be on or off"],
    [["--count", "5", "--continuous"], "--count and --continuous exclude each other"],
    [["--file", "x", "--seed", "1"], "--file and --seed exclude each other"],
    [["--local", "--endpoint", "http://127.0.0.1:1"], "--local and --endpoint exclude each other"],
    [["--file", "x", "--spool", "x"], "--spool and --file are the same file, x"],
    [["--strict"], "--strict goes with --file only"],
    [["--dir", "x"], "--dir goes with --local only"],
  ])("%j are a mistake, told in one line", (argv, message) => {
    expect(() => parseArguments(argv)).toThrow(UsageError);
    expect(() => parseArguments(argv)).toThrow(message);
    expect(() => parseArguments(argv)).not.toThrow("\n");
  });

  it("are all in the help", () => {
    const options = Object.keys(parseArguments([])).map((name) =>
      name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
    );
    const renamed: Record<string, string> = {
      "linger-ms": "linger",
      "time-to-live-ms": "ttl",
      "deadline-ms": "deadline",
    };
    for (const option of options) expect(help).toContain(`--${renamed[option] ?? option}`);
  });
});

describe("readings that could not be delivered", () => {
  it("are in files that git leaves alone", () => {
    const ignored = readFileSync(join(__dirname, "../../../.gitignore"), "utf8").split("\n");
    const [, name = ""] = /\(default (undelivered-<time>\.ndjson)\)/.exec(help) ?? [];
    expect(ignored).toContain(name.replace("<time>", "*"));
  });
});
