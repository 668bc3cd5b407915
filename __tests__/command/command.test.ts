import { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import {
  type Action,
  defineCommand,
  describeFailure,
  flag,
  Interruption,
  number,
  oneOf,
  repeatedFlag,
  runCommands,
  suggestion,
  UsageError,
  UserError,
  url,
  wholeNumber,
} from "../../command/index";

class OwnError extends Error {}

/** Runs a program with the commands `go`, which does what is given, and `stay`. */
async function run(
  args: readonly string[],
  {
    act = async () => 0,
    env = {},
    defaultCommand,
  }: {
    act?: (options: unknown) => Promise<number>;
    env?: Record<string, string>;
    defaultCommand?: string;
  } = {},
) {
  const written = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof written) =>
    new Writable({
      write(chunk, _, done) {
        written[name] += chunk;
        done();
      },
    });
  const go = defineCommand("go", "npm run go --", "Goes.")
    .argument("[where]")
    .addOption(flag("--count <n>", "how often", wholeNumber(1, 1_000)).default(1))
    .addOption(flag("--name <name>", "of whom"))
    .addOption(repeatedFlag("--via <town>", "on the way", (_, text) => text.toUpperCase()))
    .addOption(flag("--fast", "run").conflicts("slow"))
    .addOption(flag("--slow", "walk"));
  const stay = defineCommand("stay", "npm run stay", "Stays.").addOption(flag("--long", "for hours"));
  const actions: Action[] = [
    { command: go, run: () => act({ ...go.opts(), where: go.args[0] }) },
    { command: stay, run: async () => 0 },
  ];
  const code = await runCommands(
    {
      name: "walk",
      invocation: "npm run walk --",
      description: "Walks.",
      actions,
      defaultCommand,
      userErrors: [OwnError],
    },
    args,
    {
      stdin: Readable.from([]),
      stdout: sink("stdout"),
      stderr: sink("stderr"),
      env,
      signal: new AbortController().signal,
    },
  );
  return { code, ...written };
}

describe("a command line", () => {
  it("gives a command its flags as values, and the command says the exit code", async () => {
    let given: unknown;
    const { code } = await run(["go", "home", "--count", "3", "--via", "ulm", "--via", "bonn", "--fast"], {
      act: async (options) => {
        given = options;
        return 7;
      },
    });
    expect(code).toBe(7);
    expect(given).toEqual({ where: "home", count: 3, via: ["ULM", "BONN"], fast: true });
  });

  it("takes SQL that begins with a comment for an argument", async () => {
    let given: unknown;
    await run(["go", "-- one\nSELECT 1", "--fast"], {
      act: async (options) => {
        given = options;
        return 0;
      },
    });
    expect(given).toMatchObject({ where: "-- one\nSELECT 1", fast: true });
  });

  it.each([
    [["go", "--coutn", "3"], "go: unknown option --coutn; did you mean --count?"],
    [["go", "--zzz"], "go: unknown option --zzz; --help lists what there is"],
    [["go", "-h"], "go: unknown option -h; --help lists what there is"],
    [["og"], 'walk: unknown command "og"; did you mean go?'],
    [["help", "sta"], 'walk: unknown command "sta"; did you mean stay?'],
    [["help", "swim"], 'walk: unknown command "swim"; --help lists what there is'],
    [[], "walk: name a command; --help lists them"],
    [["go", "--count"], "go: --count needs a value; --help lists what there is"],
    [["go", "--count", "0"], 'go: --count is "0"; it must be a whole number from 1 to 1,000'],
    [["go", "--name", "--fast"], "go: --name needs a value; --help lists what there is"],
    [["go", "--name="], "go: --name is empty; it needs a value"],
    [["go", "--name", " "], "go: --name is empty; it needs a value"],
    [["go", "--via="], "go: --via is empty; it needs a value"],
    [["go", "--count="], "go: --count is empty; it needs a value"],
    [
      ["go", "--fast", "--slow"],
      "go: option --fast cannot be used with option --slow; --help lists what there is",
    ],
    [["go", "a", "b"], "go: 2 arguments are given and it takes 1; put text that has blanks in quotes"],
    [["stay", "a"], "stay: it takes no arguments, only flags; --help lists them"],
  ])("%j is a mistake in one line, with exit code 2", async (args, message) => {
    expect(await run(args)).toEqual({ code: 2, stdout: "", stderr: `${message}\n` });
  });

  it.each([["--help"], ["help"], ["help", "go"], ["go", "--help"]])(
    "explains itself: %s",
    async (...args) => {
      const { code, stdout, stderr } = await run(args);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/^Usage: npm run (walk|go) -- /);
    },
  );

  it("explains itself also when the process has an exit code already", async () => {
    const before = process.exitCode;
    process.exitCode = 3;
    try {
      expect(await run(["help"])).toMatchObject({ code: 0, stderr: "" });
    } finally {
      process.exitCode = before;
    }
  });

  it("notices flags that npm took for its own", async () => {
    const env = { npm_lifecycle_event: "go", npm_config_name: "x", npm_config_fast: "true" };
    expect(await run(["go"], { env })).toEqual({
      code: 2,
      stdout: "",
      stderr:
        'go: npm took --name --fast for itself: write "--" first, as in npm run go -- --name --fast …\n',
    });
    expect((await run(["go"], { env: { npm_config_name: "x" } })).code).toBe(0);
  });

  it.each([
    ["it takes no arguments", "stay", ["stay", "5"], "npm run stay -- --long …"],
    ["it is one of a script's commands", "walk", ["stay", "5"], "npm run walk -- stay --long …"],
    ["there is no such command", "walk", ["5"], "npm run walk -- --long …"],
  ])("notices a value that npm has left behind as an argument, where %s", async (_, script, args, hint) => {
    const env = {
      npm_lifecycle_event: script,
      npm_lifecycle_script: script === "walk" ? "node walk.js" : `node walk.js ${script}`,
      npm_config_long: "true",
    };
    const { code, stderr } = await run(args, { env, defaultCommand: "stay" });
    expect(code).toBe(2);
    expect(stderr).toContain(`npm took --long for itself: write "--" first, as in ${hint}\n`);
  });

  it("takes npx for no script, which passes all flags on", async () => {
    const env = { npm_lifecycle_event: "npx", npm_config_name: "x" };
    expect(await run(["go"], { env })).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("an error", () => {
  const failing = (error: unknown) =>
    run(["go"], {
      act: async () => {
        throw error;
      },
    });
  const systemError = (code: string, more: object) =>
    Object.assign(new Error(`${code}: no such file or directory, open '/x'`), {
      code,
      syscall: "open",
      ...more,
    });

  it.each([
    ["a user's", new UserError("the folder is full"), "the folder is full"],
    ["of a class that is for the user to fix", new OwnError("no such table"), "no such table"],
    ["of the system", systemError("ENOENT", { path: "/x" }), "/x: no such file or directory (ENOENT)"],
    [
      "of a connection",
      Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:9"), {
        code: "ECONNREFUSED",
        syscall: "connect",
      }),
      "connect ECONNREFUSED 127.0.0.1:9",
    ],
    [
      "of a connection to several addresses",
      new AggregateError([Object.assign(new Error("connect ECONNREFUSED ::1:9"), { syscall: "connect" })]),
      "connect ECONNREFUSED ::1:9",
    ],
    [
      "of an AWS service",
      Object.assign(new Error("Rate exceeded\nmore"), { name: "ThrottlingException", $metadata: {} }),
      "ThrottlingException: Rate exceeded",
    ],
    [
      "that is a defect",
      new TypeError("x is undefined"),
      "internal error: x is undefined (--debug shows where)",
    ],
    ["that is no Error", "text", "internal error: text (--debug shows where)"],
  ])("%s is one line", async (_, error, message) => {
    expect(await failing(error)).toEqual({ code: 1, stdout: "", stderr: `go: ${message}\n` });
  });

  it("by a signal has the signal's exit code", async () => {
    expect(await failing(new Interruption("stopped", 130))).toMatchObject({
      code: 130,
      stderr: "go: stopped\n",
    });
  });

  it("that is a defect shows where, on demand", () => {
    const { message } = describeFailure(new TypeError("x is undefined"), { debug: true });
    expect(message).toMatch(/^internal error: x is undefined\nTypeError: x is undefined\n +at /);
  });
});

describe("a flag's value", () => {
  it.each([
    [number(0.5, 10), "ten", "it must be a number from 0.5 to 10"],
    [number(0.5, 10), "", "it must be a number from 0.5 to 10"],
    [wholeNumber(0, 65_535), "-1", "it must be a whole number from 0 to 65,535"],
    [oneOf(["on", "off"]), "of", "it must be on or off"],
    [oneOf(["red", "green", "blue"]), "black", "it must be red, green or blue"],
    [url("http:", "https:"), "localhost:1", "it must be a URL such as http://127.0.0.1:4567"],
  ])("is refused with the rule: %#", (read, text, rule) => {
    expect(() => read("--it", text)).toThrow(UsageError);
    expect(() => read("--it", text)).toThrow(`--it is "${text}"; ${rule}`);
  });

  it("is suggested when it is nearly one that there is", () => {
    expect(suggestion("shardCont", ["batchSize", "shardCount"])).toBe("; did you mean shardCount?");
    expect(suggestion("x", ["batchSize", "shardCount"])).toBe("");
  });
});
