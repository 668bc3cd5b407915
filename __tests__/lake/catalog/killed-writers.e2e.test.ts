import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { CatalogStore } from "../../../local/lake/catalog/store";
import { temporaryFolder } from "../../support/folders";
import { program } from "../../support/program";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** Another process that changes the catalog; `onAcknowledged` is told each number. */
function changer(
  name: string,
  count: number,
  onAcknowledged: (number: number, process: ChildProcess) => void,
) {
  const child = spawn(process.execPath, [
    ...program(join(__dirname, "changes.ts")),
    folder,
    name,
    String(count),
  ]);
  let text = "";
  let told = 0;
  child.stdout.on("data", (bytes: Buffer) => {
    text += String(bytes);
    const numbers = text.split("\n").slice(0, -1);
    for (; told < numbers.length; told++) onAcknowledged(Number(numbers[told]), child);
  });
  let errors = "";
  child.stderr.on("data", (bytes: Buffer) => {
    errors += String(bytes);
  });
  return new Promise<string>((resolve) => child.on("exit", () => resolve(errors)));
}

describe("the catalog's folder", () => {
  it("has what was acknowledged, whole, after four processes at once, each killed while it writes", {
    timeout: 240_000,
  }, async () => {
    const acknowledged: string[] = [];
    for (let round = 1; round <= 5; round++)
      await Promise.all(
        ["p", "q", "r", "s"].map((letter, index) => {
          const name = `${letter}${round}`;
          return changer(name, 200, (number, child) => {
            acknowledged.push(`${name}_${number}`);
            if (number === 3 + index * 2 + round) child.kill("SIGKILL");
          });
        }),
      );
    const { databases } = await new CatalogStore(folder).read();
    const names = Object.keys(databases);
    expect(acknowledged.length).toBeGreaterThan(50);
    expect(acknowledged.filter((name) => !names.includes(name))).toEqual([]);
    const alone = names.filter((name) => !name.endsWith("_twin") && !names.includes(`${name}_twin`));
    expect(alone).toEqual([]);
    await new CatalogStore(folder).change((state) => ({ state, result: undefined }));
  });
});
