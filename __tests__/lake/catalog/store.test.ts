import { readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { emptyState } from "../../../local/lake/catalog/state";
import { CatalogStore } from "../../../local/lake/catalog/store";
import { temporaryFolder } from "../../support/folders";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const withDatabase = (name: string) => (state: typeof emptyState) => ({
  state: { ...state, databases: { ...state.databases, [name]: { name, parameters: {} } } },
  result: name,
});

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

  it("is damaged where its file is not JSON, which is told and not taken for an empty one", async () => {
    await writeFile(join(folder, "catalog.7.json"), '{"databases": {');
    await expect(new CatalogStore(folder).read()).rejects.toThrow(/catalog\.7\.json is damaged/);
  });
});
