import { LakeCatalog } from "../../../local/lake/catalog/catalog";
import { CatalogStore } from "../../../local/lake/catalog/store";

/**
 * `node --import tsx changes.ts FOLDER NAME COUNT`: makes databases NAME_1, NAME_2, …, each with one in the same change beside it,
 * and prints a number when a change is acknowledged.
 */
const main = async (): Promise<void> => {
  const [folder = "", name = "", count = "0"] = process.argv.slice(2);
  const catalog = new LakeCatalog({ tables: [] }, new CatalogStore(folder));
  for (let number = 1; number <= Number(count); number++) {
    await catalog.change(({ state }) => {
      const made = { name, parameters: {} };
      const databases = { ...state.databases, [`${name}_${number}`]: made, [`${name}_${number}_twin`]: made };
      return { state: { ...state, databases }, result: undefined };
    });
    process.stdout.write(`${number}\n`);
  }
};

void main();
