import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openLake } from "../../local/lake";
import { type Runner, startRunner } from "../../local/runner/runner";
import { loadStack } from "../../terraform/index";
import type { Stack } from "../../terraform/types";
import { temporaryFolder } from "../support/folders";
import { putRecords } from "../support/put";

/** A stack of `cases/`, as people wrote it. */
export const caseOf = (name: string): string => join(__dirname, "cases", name);

/** A runner of a case, and what it has come to. */
export class FieldRun {
  private constructor(
    readonly stack: Stack,
    readonly runner: Runner,
    readonly troubles: readonly string[],
  ) {}

  static async start(name: string): Promise<FieldRun> {
    const stack = loadStack(caseOf(name));
    const troubles: string[] = [];
    const runner = await startRunner({
      stack,
      dir: join(temporaryFolder(), ".local"),
      onTrouble: (message) => troubles.push(message),
    });
    onTestFinished(() => runner.close());
    return new FieldRun(stack, runner, troubles);
  }

  /** Puts records to the first stream in their order. */
  async put(records: readonly (string | Uint8Array)[]): Promise<void> {
    await putRecords(this.runner, records);
  }

  async finish(): Promise<void> {
    await this.runner.drain();
    await this.runner.flush();
  }

  async query(sql: string): Promise<readonly (readonly unknown[])[]> {
    const lake = await openLake(this.stack, this.runner.lakeFolder);
    try {
      const { rows } = await lake.query(sql);
      return rows.map((row) => Object.values(row));
    } finally {
      lake.close();
    }
  }

  /** The records that error objects describe, as the numbers `n` or `id` of their JSON. */
  rejected(): number[] {
    return this.lines("err").map(({ rawData }) => {
      const record = JSON.parse(Buffer.from(String(rawData), "base64").toString());
      return record.n ?? record.id;
    });
  }

  /** The objects of a bucket below a prefix, as lines of JSON. */
  lines(prefix: string, bucket = "b"): Record<string, unknown>[] {
    return this.files(bucket)
      .filter((path) => path.includes(`/${prefix}`))
      .flatMap((path) => readFileSync(path, "utf8").split("\n").filter(Boolean))
      .map((line) => JSON.parse(line));
  }

  files(bucket = "b"): string[] {
    const folder = join(this.runner.lakeFolder, bucket);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  }

  log(name: string): string {
    return readFileSync(join(this.runner.dir, "logs", `${name}.log`), "utf8");
  }
}
