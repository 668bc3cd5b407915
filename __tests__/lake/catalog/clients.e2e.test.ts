import { afterEach, beforeEach, expect, it } from "vitest";
import { type Lake, openLake } from "../../../local/lake";
import { temporaryFolder } from "../../support/folders";

const rounds = 20;
const clients = [1, 2, 3, 4];

let folder: string;
let lakes: Lake[];
beforeEach(async () => {
  folder = temporaryFolder();
  lakes = await Promise.all(clients.map(() => openLake({ tables: [] }, folder, {})));
});
afterEach(async () => {
  for (const lake of lakes) lake.close();
});

it("every change that one of four clients at once was told of is there after twenty rounds, and no half one", {
  timeout: 240_000,
}, async () => {
  const [first] = lakes as [Lake];
  for (const sql of [
    "CREATE DATABASE d",
    "CREATE TABLE d.shared WITH (partitioned_by = ARRAY['p']) AS SELECT 0 AS a, 'none' AS p",
    "CREATE EXTERNAL TABLE d.registered (a int) PARTITIONED BY (c int, r int) LOCATION 's3://lake/registered/'",
  ])
    await first.query(sql);
  const asClient = async (lake: Lake, client: number) => {
    const query = (sql: string) => lake.query(sql, [], { database: "d" });
    for (let round = 1; round <= rounds; round++) {
      await query(`CREATE TABLE t_${client}_${round} AS SELECT ${client} AS c, ${round} AS r`);
      await query(`INSERT INTO shared VALUES (${round}, 'c${client}'), (${round}, 'r${round}')`);
      await query(`ALTER TABLE registered ADD PARTITION (c = ${client}, r = ${round})`);
      await query(`CREATE OR REPLACE VIEW v AS SELECT ${client} AS c, ${round} AS r`);
      await query(`PREPARE p_${client} FROM SELECT ${round} AS r`);
      if (round > 1) await query(`DROP TABLE t_${client}_${round - 1}`);
    }
  };
  await Promise.all(lakes.map((lake, index) => asClient(lake, index + 1)));
  const rows = async (sql: string) =>
    (await first.query(sql, [], { database: "d" })).rows.map((row) => Object.values(row).join(" "));
  expect(await rows("SHOW TABLES LIKE 't_*'")).toEqual(clients.map((client) => `t_${client}_${rounds}`));
  expect(await rows("SELECT count(*), count(DISTINCT p) FROM shared")).toEqual([
    `${1 + 2 * clients.length * rounds} ${1 + clients.length + rounds}`,
  ]);
  expect(await rows("SHOW PARTITIONS registered")).toHaveLength(clients.length * rounds);
  expect(await rows("SELECT r FROM v")).toEqual([String(rounds)]);
  for (const client of clients) {
    expect(await rows(`SELECT c, r FROM t_${client}_${rounds}`)).toEqual([`${client} ${rounds}`]);
    expect(await rows(`EXECUTE p_${client}`)).toEqual([String(rounds)]);
  }
});
