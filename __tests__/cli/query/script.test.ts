import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { runCommands } from "@streaming-data-lake/command";
import { beforeEach, describe, expect, it } from "vitest";
import { program } from "../../../cli/program";
import { bucket } from "../../lake/lake-fixture";
import { temporaryFolder } from "../../support/folders";
import { runCli } from "../support";

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
  const stack = { resource: { aws_s3_bucket: { lake: { bucket } } } };
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack));
  mkdirSync(join(folder, "lake"));
});

const where = () => ["--stack", join(folder, "cdk.tf.json"), "--dir", folder];

const fileOf = (script: string) => {
  const file = join(folder, "script.sql");
  writeFileSync(file, script);
  return file;
};

describe("a script of Athena's", () => {
  it("runs from top to bottom, and what it made is there the next time", async () => {
    const file = fileOf(`
      CREATE DATABASE shop;
      CREATE TABLE shop.orders WITH (format = 'PARQUET', external_location = 's3://${bucket}/orders/')
        AS SELECT * FROM (VALUES (1, 'a;b'), (2, 'c')) AS t (id, name); -- two
      INSERT INTO shop.orders VALUES (3, 'd');
      SELECT count(*) AS orders FROM shop.orders;
    `);
    const ran = await runCli(["query", "--file", file, "--format", "ndjson", ...where()]);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/\{"orders":3\}\n$/) });
    const next = await runCli([
      "query",
      "SELECT name FROM shop.orders WHERE id = 1",
      "--format",
      "csv",
      ...where(),
    ]);
    expect(next).toMatchObject({ code: 0, stdout: "name\na;b\n" });
  });

  it("of many statements warns of nothing", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    const file = fileOf("SELECT 1;\n".repeat(15));
    expect((await runCli(["query", "--file", file, ...where()])).code).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  it("ends at the first statement that fails, which is told by its number", async () => {
    const file = fileOf("SELECT 1 AS one; SELECT nothing; SELECT 2 AS two");
    const { code, stdout, stderr } = await runCli(["query", "--file", file, "--format", "csv", ...where()]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "one\n1\n" });
    expect(stderr).toContain(
      "query: statement 2 of 3: COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved",
    );
  });

  it.each([
    [["--param", "a=1"], "--param goes with one statement, and there are 2"],
    [["--output", "x.csv"], "--output takes the answer of one statement, and there are 2"],
  ])("has no use for %j", async (flags, message) => {
    expect(await runCli(["query", "SELECT 1; SELECT 2", ...flags, ...where()])).toEqual({
      code: 2,
      stdout: "",
      stderr: `query: ${message}\n`,
    });
  });
});

/** `npm run query` where somebody types. */
async function typed(input: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof written) =>
    Object.assign(
      new Writable({
        write(chunk, _, done) {
          written[name] += chunk;
          done();
        },
      }),
      { isTTY: true, columns: 80 },
    );
  const stdin = Object.assign(Readable.from([input]), { isTTY: true });
  const signal = new AbortController().signal;
  const io = { stdin, stdout: sink("stdout"), stderr: sink("stderr"), env: {}, signal };
  return { code: await runCommands(program(), ["query", "--format", "csv", ...where()], io), ...written };
}

describe("the prompt", () => {
  it("runs each statement at its semicolon, over several lines too, until exit", async () => {
    const { code, stdout, stderr } = await typed(
      "SELECT 1\nAS one;\nSELECT 2 AS two; SELECT 3 AS three;\nexit\nSELECT 4 AS four;\n",
    );
    expect(code).toBe(0);
    expect(stdout.replaceAll(/sql> | {2}-> /g, "")).toBe("one\n1\ntwo\n2\nthree\n3\n");
    expect(stderr).toContain("Statements end with a semicolon");
  });

  it("tells what is wrong with a statement, and goes on", async () => {
    const { code, stdout, stderr } = await typed("SELECT nothing;\nSELECT 1 AS one;\n");
    expect(code).toBe(0);
    expect(stderr).toContain("COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved");
    expect(stdout).toContain("one\n1\n");
  });
});

describe("a folder that is not a runner's and has no lake", () => {
  it.each([[["query", "SELECT 1"]], [["rollup"]]])("is not written by %j", async (command) => {
    const foreign = join(folder, "foreign");
    mkdirSync(foreign);
    writeFileSync(join(foreign, "mine"), "mine");
    const named = ["--stack", join(folder, "cdk.tf.json"), "--dir", foreign];
    const { code, stderr } = await runCli([...command, ...named]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/foreign is not a folder of the runner: it is not empty and has no runner\.json/);
    expect(readdirSync(foreign)).toEqual(["mine"]);
  });
});
