import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyState } from "../../../local/lake/catalog/state";
import { CatalogStore } from "../../../local/lake/catalog/store";
import { program } from "../../support/program";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "catalog-"));
});
afterEach(() => rm(folder, { recursive: true }));

const withDatabase = (name: string) => (state: typeof emptyState) => ({
  state: { ...state, databases: { ...state.databases, [name]: { name, parameters: {} } } },
  result: name,
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
  it("is empty before the first change, and is not made by reading", async () => {
    const store = new CatalogStore(join(folder, "none"));
    expect(await store.read()).toEqual(emptyState);
    expect(await readdir(folder)).toEqual([]);
  });

  it("is read by its newest version; older ones and drafts are removed after a minute", async () => {
    const store = new CatalogStore(folder);
    await writeFile(join(folder, ".draft-left"), "half");
    for (const name of ["a", "b"]) await store.change(withDatabase(name));
    const longAgo = new Date(Date.now() - 120_000);
    for (const name of await readdir(folder)) await utimes(join(folder, name), longAgo, longAgo);
    await store.change(withDatabase("c"));
    expect(await readdir(folder)).toEqual(["catalog.3.json"]);
    expect(Object.keys((await new CatalogStore(folder).read()).databases)).toEqual(["a", "b", "c"]);
  });

  it("stays as it is where a change throws", async () => {
    const store = new CatalogStore(folder);
    await store.change(withDatabase("a"));
    await expect(
      store.change(() => {
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await readdir(folder)).toEqual(["catalog.1.json"]);
  });

  it("loses no change that stores make at once", async () => {
    const stores = [1, 2, 3, 4].map(() => new CatalogStore(folder));
    await Promise.all(
      stores.flatMap((store, s) =>
        Array.from({ length: 20 }, (_, n) => store.change(withDatabase(`d_${s}_${n}`))),
      ),
    );
    expect(Object.keys((await new CatalogStore(folder).read()).databases)).toHaveLength(80);
  });

  it.each([
    "[]",
    '"text"',
    '{"databases": [], "tables": {}, "prepared": {}}',
    '{"tables": {"d.t": {"definition": {"name": "t"}}}}',
    '{"tables": {"d.t": {"partitions": [{"values": ["1"]}]}}}',
    '{"prepared": {"primary/p": 1}}',
  ])("is damaged where it holds no catalog, and is not written over: %s", async (text) => {
    await writeFile(join(folder, "catalog.7.json"), text);
    const store = new CatalogStore(folder);
    await expect(store.change(withDatabase("a"))).rejects.toThrow(/catalog\.7\.json is damaged/);
    expect(await readdir(folder)).toEqual(["catalog.7.json"]);
  });

  it("is damaged where its file is no JSON, which is told and not taken for an empty one", async () => {
    await writeFile(join(folder, "catalog.7.json"), '{"databases": {');
    await expect(new CatalogStore(folder).read()).rejects.toThrow(/catalog\.7\.json is damaged/);
  });

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
    await new CatalogStore(folder).change(withDatabase("last"));
  });
});
