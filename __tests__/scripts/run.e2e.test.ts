import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import { ended } from "../cli/start-process";
import { temporaryFolder } from "../support/folders";

const root = join(__dirname, "../..");
let folder: string;
const cache = () => join(folder, "node_modules/.cache/streaming-data-lake");

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** `node scripts/run.cjs cli/main.ts …`: its exit code, and what it printed. */
const run = (...args: string[]) =>
  ended(
    spawn(process.execPath, ["scripts/run.cjs", "cli/main.ts", ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );

const printed = (stdout: string) => ({ code: 0, stdout: `${stdout}\n`, stderr: "" });

beforeEach(() => {
  folder = realpathSync(temporaryFolder());
  mkdirSync(join(folder, "scripts"));
  cpSync(join(root, "scripts/run.cjs"), join(folder, "scripts/run.cjs"));
  mkdirSync(join(folder, "node_modules/@streaming-data-lake"), { recursive: true });
  symlinkSync(join(root, "node_modules/esbuild"), join(folder, "node_modules/esbuild"));
  write({
    "cli/main.ts": 'import { word } from "./word";\nconsole.log(word satisfies string);\n',
    "cli/word.ts": 'export const word = "one";\n',
  });
});

describe("what runs", () => {
  it("is made once of unchanged sources", async () => {
    expect(await run()).toEqual(printed("one"));
    const made = readdirSync(cache());
    expect(await run()).toEqual(printed("one"));
    expect(readdirSync(cache())).toEqual(made);
    expect(made.filter((name) => name.endsWith(".cjs"))).toEqual(["cli-main.cjs"]);
  });

  it("is what a source says now, also when it is as long as before", async () => {
    for (const word of ["one", "two", "six", "one"]) {
      write({ "cli/word.ts": `export const word = "${word}";\n` });
      expect(await run()).toEqual(printed(word));
    }
  });

  it.each(["mts", "cts", "tsx", "js", "mjs", "cjs"])(
    "is what a source says now that is a .%s",
    async (kind) => {
      write({ "cli/main.ts": `import { word } from "./word.${kind}";\nconsole.log(word);\n` });
      for (const word of ["one", "two"]) {
        write({ [`cli/word.${kind}`]: `export const word = "${word}";\n` });
        expect(await run()).toEqual(printed(word));
      }
    },
  );

  it("is what a source says now while others start, however many", async () => {
    await run();
    const words = ["two", "three", "four"];
    const starts: ReturnType<typeof run>[] = [];
    for (const word of words) {
      write({ "cli/word.ts": `export const word = "${word}";\n` });
      starts.push(run(), run());
    }
    for (const { code, stdout, stderr } of await Promise.all(starts)) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(words).toContain(stdout.trim());
    }
    expect(await run()).toEqual(printed("four"));
  });

  it("may import what it finds the name of as it runs", async () => {
    write({
      "cli/main.ts": "import(`./parts/${process.argv[2]}.ts`).then(({ word }) => console.log(word));\n",
      "cli/parts/a.ts": 'export const word = "part a";\n',
      "cli/parts/b.ts": 'export const word = "part b";\n',
    });
    expect(await run("b")).toEqual(printed("part b"));
    write({ "cli/parts/c.ts": 'export const word = "part c";\n' });
    expect(await run("c")).toEqual(printed("part c"));
  });

  it("is the file that an import means from now on", async () => {
    write({ "cli/word/index.ts": 'export const word = "of the folder";\n', "cli/word.ts": "" });
    write({ "cli/main.ts": 'import { word } from "./words";\nconsole.log(word);\n' });
    write({ "cli/words/index.ts": 'export const word = "of the folder";\n' });
    expect(await run()).toEqual(printed("of the folder"));
    write({ "cli/words.ts": 'export const word = "of the file";\n' });
    expect(await run()).toEqual(printed("of the file"));
  });

  it("is what a workspace's package.json, and a JSON file, say now", async () => {
    write({
      "lake/package.json": '{ "name": "@streaming-data-lake/lake", "exports": "./one.ts" }',
      "lake/one.ts": 'import word from "./word.json";\nexport const lake = `${word} one`;\n',
      "lake/two.ts": 'import word from "./word.json";\nexport const lake = `${word} two`;\n',
      "lake/word.json": '"lake"',
      "cli/main.ts": 'import { lake } from "@streaming-data-lake/lake";\nconsole.log(lake);\n',
    });
    symlinkSync("../../lake", join(folder, "node_modules/@streaming-data-lake/lake"));
    expect(await run()).toEqual(printed("lake one"));
    write({ "lake/package.json": '{ "name": "@streaming-data-lake/lake", "exports": "./two.ts" }' });
    expect(await run()).toEqual(printed("lake two"));
    write({ "lake/word.json": '"sea"' });
    expect(await run()).toEqual(printed("sea two"));
  });

  it("is the project's own package where a program names it", async () => {
    write({
      "package.json": '{ "name": "streaming-data-lake", "exports": "./lakes/index.ts" }',
      "lakes/index.ts": 'export const lake = "own";\n',
      "cli/main.ts": 'import { lake } from "streaming-data-lake";\nconsole.log(lake);\n',
    });
    expect(await run()).toEqual(printed("own"));
    write({ "lakes/other.ts": 'export const lake = "other";\n' });
    write({ "package.json": '{ "name": "streaming-data-lake", "exports": "./lakes/other.ts" }' });
    expect(await run()).toEqual(printed("other"));
  });

  it("is made at each start where nothing can be kept", async () => {
    write({ "node_modules/.cache": "not a folder" });
    for (const word of ["one", "two"]) {
      write({ "cli/word.ts": `export const word = "${word}";\n` });
      expect(await run()).toEqual(printed(word));
    }
  });

  it("is made anew when what was kept is cut off", async () => {
    await run();
    writeFileSync(join(cache(), "cli-main.cjs"), "//{");
    expect(await run()).toEqual(printed("one"));
  });
});

describe("a program", () => {
  it("goes on and tells its errors where the cache was emptied meanwhile", async () => {
    write({
      "cli/main.ts":
        'import { rmSync } from "node:fs";\nrmSync(process.argv[2]!, { recursive: true });\nconsole.log(new Error("here").stack!.split("\\n")[0]);\n',
    });
    expect(await run(cache())).toEqual(printed("Error: here"));
  });

  it("gets its own path, its arguments and the folder of each of its sources", async () => {
    write({
      "cli/main.ts": 'import { at } from "./deep/at";\nconsole.log([...process.argv.slice(1), at].join());\n',
      "cli/deep/at.ts": "export const at = `${__dirname} ${__filename}`;\n",
    });
    const deep = join(folder, "cli/deep");
    expect(await run("--count", "2")).toEqual(
      printed(`${join(folder, "cli/main.ts")},--count,2,${deep} ${join(deep, "at.ts")}`),
    );
  });

  it("loads a module when it is called for, and ends with its own exit code", async () => {
    write({
      "cli/main.ts": [
        'console.log("first");',
        'if (process.argv[2]) void import("./late.js").then(({ late }) => { process.exitCode = late; });',
      ].join("\n"),
      "cli/late.ts": 'console.log("late");\nexport const late = 7;\n',
    });
    expect(await run()).toEqual(printed("first"));
    expect(await run("go")).toEqual({ code: 7, stdout: "first\nlate\n", stderr: "" });
  });

  it("has two classes of one name", async () => {
    write({
      "cli/main.ts":
        'import { Lake as Other } from "./other";\nclass Lake {}\nconsole.log(new Lake() instanceof Other, new Other() instanceof Other);\n',
      "cli/other.ts": "export class Lake {}\n",
    });
    expect(await run()).toEqual(printed("false true"));
  });

  it.each([
    ["made", false],
    ["kept", true],
  ])("just %s says in a stack trace where in the TypeScript", async (_, isCached) => {
    write({
      "cli/main.ts": 'import { fail } from "./fail";\nif (process.argv[2]) fail();\n',
      "cli/fail.ts":
        'interface Reason {\n  readonly text: string;\n}\n\nexport function fail(): never {\n  const reason: Reason = { text: "no" };\n  throw new TypeError(reason.text);\n}\n',
    });
    if (isCached) await run();
    const { code, stderr } = await run("fail");
    expect(code).toBe(1);
    expect(stderr).toContain(
      `TypeError: no\n    at fail (${join(folder, "cli/fail.ts")}:7:9)\n    at Object.<anonymous> (${join(folder, "cli/main.ts")}:2:22)\n`,
    );
  });

  it("that is no TypeScript is told by its place, and is not run", async () => {
    write({ "cli/word.ts": "export const word = ;\n" });
    const { code, stdout, stderr } = await run();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/Unexpected ";"[\s\S]*cli\/word\.ts:1:20/);
  });

  it("that is not named is asked for", async () => {
    const child = spawn(process.execPath, ["scripts/run.cjs"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect([code, stderr]).toEqual([2, "run.cjs: name a program, such as cli/main.ts\n"]);
  });
});

it("every benchmark can be loaded, and is listed by its name", () => {
  const names = readdirSync(join(root, "bench"))
    .filter((name) => /^[a-z]+\.ts$/.test(name) && !["index.ts", "measurement.ts"].includes(name))
    .map((name) => name.replace(".ts", ""));
  const listed = execFileSync(process.execPath, ["scripts/run.cjs", "bench/index.ts", "--list"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(
    listed
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]),
  ).toEqual(names.sort());
});
