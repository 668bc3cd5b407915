import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openLake, QueryError } from "../../../local/lake";
import { runCli } from "../../cli/support";
import { lakeOf } from "../reading/cases";

const text = (path: string, ...lines: string[]) => ({
  path,
  text: lines.map((line) => `${line}\n`).join(""),
});

/** Objects after those of AWS's user guide. */
const objects = [
  text(
    "guide-bucket/cloudfront/log.tsv",
    "#Version: 1.0",
    "#Fields: date time x-edge-location sc-bytes c-ip cs-method sc-status",
    "2024-01-15\t10:00:01\tLHR5\t4260\t10.0.0.15\tGET\t200",
    "2024-01-15\t10:00:02\tMIA3\t10\t10.0.0.3\tPOST\t304",
    "2024-01-15\t10:00:03\tSEA4\tnone\t10.0.0.15\tGET\t404",
  ),
  text(
    "guide-bucket/flights/year=2023/a.json",
    '{"yearOf":2023,"carrier":"AA","delay":10.5}',
    '{"yearOf":2023,"carrier":"BB","delay":null}',
    "no json",
  ),
  text("guide-bucket/flights/year=2024/a.json", '{"yearOf":2024,"carrier":"AA","delay":30}'),
  text("guide-bucket/flights-of-2025/a.json", '{"yearOf":2025,"carrier":"CC","delay":1}'),
  text("guide-bucket/people/p.csv", '1,"Ada, Countess","19737","true"', "2,Bo,,false"),
  text("guide-bucket/requests/r.log", '10.0.0.1 "GET" 200', '10.0.0.2 "POST" 500', "nothing of this kind"),
  text("guide-bucket/syslog/s.log", "ERROR the disk is full", "INFO all is well"),
  text("guide-bucket/hourly/2024/01/15/08/a.json", '{"n":8}'),
  text("guide-bucket/hourly/2024/01/15/09/a.json", '{"n":9}'),
  text("guide-bucket/hourly/2024/01/15/23/a.json", '{"n":23}'),
];

/** Statements, each ended by a semicolon at the end of a line. */
const statements = readFileSync(join(__dirname, "script.sql"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("--"))
  .map((line) => line.replace(/;$/, ""));

it("a script after AWS's user guide runs from a fresh folder, from CREATE DATABASE to UNLOAD and back", {
  timeout: 120_000,
}, async () => {
  expect(statements.length).toBeGreaterThan(60);
  const { folder, remove } = await lakeOf(objects, (path) => path);
  const lake = await openLake({ tables: [] }, folder, { now: () => new Date("2024-01-20T12:00:00Z") });
  const said: string[] = [];
  try {
    for (const sql of statements) {
      said.push(`> ${sql}`);
      try {
        const { rows } = await lake.query(sql);
        for (const row of rows)
          said.push(
            Object.values(row)
              .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
              .join("\t")
              .trimEnd(),
          );
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        said.push(`! ${error.message.split("\n")[0]}`);
      }
    }
  } finally {
    lake.close();
    await remove();
  }
  await expect(`${said.join("\n")}\n`).toMatchFileSnapshot("output.txt");
});

/** The statements that are refused, by what the script says in the suite. */
const refused = new Set(
  [...readFileSync(join(__dirname, "output.txt"), "utf8").matchAll(/^> (.*)\n! /gm)].map(([, sql]) => sql),
);

it("the same script runs by the command from a fresh folder in one go, but for the statements that Athena refuses", {
  timeout: 120_000,
}, async () => {
  const { folder, remove } = await lakeOf(objects, (path) => `run/lake/${path}`);
  try {
    const taken = statements.filter((sql) => !refused.has(sql));
    expect(taken.length).toBeGreaterThan(60);
    const script = join(folder, "script.sql");
    writeFileSync(script, taken.map((sql) => `${sql};\n`).join(""));
    const stack = join(folder, "cdk.tf.json");
    writeFileSync(
      stack,
      JSON.stringify({ resource: { aws_s3_bucket: { guide: { bucket: "guide-bucket" } } } }),
    );
    const run = join(folder, "run");
    writeFileSync(join(run, "runner.json"), "{}");
    const where = ["--stack", stack, "--dir", run, "--format", "csv"];
    const { code, stdout, stderr } = await runCli(["query", "--file", script, ...where]);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    for (const answer of [
      "method,requests,bytes\nGET,2,4260\n",
      "carrier,delay\nAA,10.5\n",
      "at,n\n2024/01/15/09,9\n",
    ])
      expect(stdout).toContain(answer);
  } finally {
    await remove();
  }
});
