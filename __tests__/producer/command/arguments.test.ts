import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../command/index";
import { parseArguments, producerCommand } from "../../../producer/command/args";

const help = producerCommand().helpInformation();

describe("the options", () => {
  it("default to 100 readings of ten sensors, as fast as they are taken", () => {
    expect(parseArguments([])).toMatchObject({ count: 100, sensors: 10, rate: undefined, continuous: false });
  });

  it.each([
    [["--agregate"], "unknown option --agregate; did you mean --aggregate?"],
    [["readings.ndjson"], "it takes no arguments, only flags; --help lists them"],
    [["--count"], "--count needs a value"],
    [["--stream", "--local"], "--stream needs a value"],
    [["--stream="], "--stream is empty; it needs a value"],
    [["--count", "abc"], '--count is "abc"; it must be a whole number'],
    [["--count", "1.5"], '--count is "1.5"'],
    [["--count", "-1"], "--count"],
    [["--rate", "0"], '--rate is "0"; it must be a number from'],
    [["--sensors", "0"], '--sensors is "0"; it must be a whole number from 1'],
    [["--seed", "4294967296"], "--seed"],
    [["--start", "yesterday"], "a time such as 2024-01-15T10:30:00Z"],
    [["--time", "then", "--file", "x"], '--time is "then"; it must be now or field'],
    [["--endpoint", "localhost:4567"], "a URL such as http://127.0.0.1:4567"],
    [["--shard-limits", "yes"], "it must be on or off"],
    [
      ["--count", "5", "--continuous"],
      /option --(count|continuous) cannot be used with option --(count|continuous)/,
    ],
    [["--file", "x", "--seed", "1"], /option --(file|seed) cannot be used with option --(file|seed)/],
    [
      ["--local", "--endpoint", "http://127.0.0.1:1"],
      /option --(local|endpoint) cannot be used with option --(local|endpoint)/,
    ],
    [["--file", "x", "--spool", "x"], "--spool and --file are the same file, x"],
    [["--strict"], "--strict goes with --file only"],
    [["--dir", "x"], "--dir goes with --local only"],
  ])("%j are a mistake, told in one line", (argv, message) => {
    expect(() => parseArguments(argv)).toThrow(UsageError);
    expect(() => parseArguments(argv)).toThrow(message);
    expect(() => parseArguments(argv)).not.toThrow("\n");
  });

  it("are all in the help", () => {
    const { options } = producerCommand();
    expect(options.length).toBeGreaterThan(25);
    for (const { long, hidden } of options) if (!hidden) expect(help).toContain(`${long}`);
  });
});

describe("readings that could not be delivered", () => {
  it("are in files that git leaves alone", () => {
    const ignored = readFileSync(join(__dirname, "../../../.gitignore"), "utf8").split("\n");
    const [, name = ""] = /\(default:\s+(undelivered-<time>\.ndjson)\)/.exec(help) ?? [];
    expect(ignored).toContain(name.replace("<time>", "*"));
  });
});
