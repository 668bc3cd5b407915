import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openLake } from "../../../local/lake";
import { temporaryFolder } from "../../support/folders";
import { program } from "../../support/program";

interface Ended {
  /** How many statements were acknowledged. */
  readonly done: number;
  readonly killed: boolean;
}

/** Runs statements in a process that is killed at a call that changes files. */
const runKilled = (folder: string, statements: readonly string[], kill: Record<string, string>) =>
  new Promise<Ended>((resolve, reject) => {
    const files = [join(__dirname, "killed.cjs"), join(__dirname, "statements.ts")] as const;
    const args = ["--require", files[0], ...program(files[1]), folder, ...statements];
    const child = spawn(process.execPath, args, { env: { ...process.env, KILL_BELOW: folder, ...kill } });
    let said = "";
    let errors = "";
    child.stdout.on("data", (bytes: Buffer) => {
      said += String(bytes);
    });
    child.stderr.on("data", (bytes: Buffer) => {
      errors += String(bytes);
    });
    child.on("exit", (code, signal) => {
      if (code !== 0 && signal !== "SIGKILL") reject(new Error(errors));
      else resolve({ done: said.split("done").length - 1, killed: signal === "SIGKILL" });
    });
  });

/** What a lake says that was left by a kill: each answer as text, or why there is none. */
const asked = async (folder: string, statements: readonly string[]): Promise<string[]> => {
  const lake = await openLake({ tables: [] }, folder);
  try {
    const answers: string[] = [];
    for (const sql of statements)
      answers.push(
        await lake.query(sql, [], { database: "d" }).then(
          ({ rows }) => rows.map((row) => Object.values(row).join()).join(" "),
          () => "none",
        ),
      );
    return answers;
  } finally {
    lake.close();
  }
};

/** Of the calls at which a kill may come; `KILLS=all` takes each one, which takes minutes. */
const every = process.env.KILLS === "all" ? 1 : 5;

/** Kills at one call, at a later one, …, until the statements run to their end. @returns How many calls there are, at least. */
const atEveryCall = async (
  statements: readonly string[],
  {
    after,
    look,
  }: { readonly after: boolean; readonly look: (folder: string, ended: Ended) => Promise<void> },
): Promise<number> => {
  for (let at = 1; ; at += every) {
    const folder = temporaryFolder();
    const ended = await runKilled(folder, statements, {
      KILL_AT: String(at),
      ...(after && { KILL_AFTER: "1" }),
    });
    await look(folder, ended);
    if (!ended.killed) return at - every;
  }
};

describe("kill -9 at every call that changes files", () => {
  it.each([false, true])(
    "leaves each statement of DDL whole or undone, and those acknowledged done (after: %s)",
    {
      timeout: 600_000,
    },
    async (after) => {
      const statements = [
        "CREATE DATABASE d",
        "CREATE EXTERNAL TABLE d.t (a int) PARTITIONED BY (p string) LOCATION 's3://lake/t/'",
        "ALTER TABLE d.t ADD PARTITION (p = '1') PARTITION (p = '2')",
      ];
      const points = await atEveryCall(statements, {
        after,
        look: async (folder, { done }) => {
          const [databases = "", partitions] = await asked(folder, [
            "SHOW DATABASES LIKE 'd'",
            "SHOW PARTITIONS t",
          ]);
          const state = { "p=1 p=2": 3, "": 2 }[partitions ?? "none"] ?? (databases === "d" ? 1 : 0);
          expect([done, done + 1]).toContain(state);
          expect(await asked(folder, ["CREATE DATABASE after_it", "SHOW DATABASES LIKE 'after_it'"])).toEqual(
            ["", "after_it"],
          );
        },
      });
      expect(points).toBeGreaterThan(15);
    },
  );

  it("leaves CREATE TABLE AS and INSERT INTO with all of their rows or with none", {
    timeout: 600_000,
  }, async () => {
    const statements = [
      "CREATE DATABASE d",
      "CREATE TABLE d.t WITH (partitioned_by = ARRAY['p']) AS SELECT a, a % 3 AS p FROM UNNEST(sequence(1, 9)) AS s(a)",
      "INSERT INTO d.t SELECT a, 7 AS p FROM UNNEST(sequence(10, 12)) AS s(a)",
    ];
    const points = await atEveryCall(statements, {
      after: true,
      look: async (folder, { done }) => {
        const [count = "none"] = await asked(folder, ["SELECT count(*) AS n FROM t"]);
        const counts = { none: 1, 9: 2, 12: 3 } as const;
        expect(Object.keys(counts)).toContain(count);
        const state = counts[count as keyof typeof counts];
        expect([done, done + 1].includes(state) || (done === 0 && state === 1)).toBe(true);
      },
    });
    expect(points).toBeGreaterThan(15);
  });
});
