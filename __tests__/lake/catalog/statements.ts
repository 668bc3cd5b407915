import { openLake } from "../../../local/lake";

/** `node --import tsx statements.ts FOLDER SQL…`: runs statements one after the other, and prints `done` after each. */
const main = async (): Promise<void> => {
  const [folder = "", ...statements] = process.argv.slice(2);
  const lake = await openLake({ tables: [] }, folder);
  for (const sql of statements) {
    await lake.query(sql, [], { database: "d" });
    process.stdout.write("done\n");
  }
  lake.close();
};

void main();
