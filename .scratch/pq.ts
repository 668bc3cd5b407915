import { DuckDBInstance } from "@duckdb/node-api";
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
async function main(){
const c = await (await DuckDBInstance.create(":memory:")).connect();
mkdirSync("/tmp/pq", {recursive:true});
for (const l of readFileSync("/work/shared/trino/reading/cases.jsonl","utf8").trim().split("\n")) {
  const s = JSON.parse(l);
  if (!/^parquet\/(type\/(int8|uint8|timestamp-bigint|time-bigint|decimal-38|uuid)|nested\/map$|struct\/nested-in|schema\/names-by|timestamp\/(ms|us|int96)|file\/(magic|footer|brotli|zero|no-head|no-rows|gz))/.test(s.id)) continue;
  const p = "/tmp/pq/" + s.id.replaceAll("/","_") + (s.id.includes("gz-")?".parquet.gz":".parquet"); writeFileSync(p, Buffer.from(s.objects[0].base64 ?? "", "base64"));
  console.log("#", s.id);
  for (const q of [`select name,type,num_children,converted_type,logical_type,repetition_type from parquet_schema('${p}')`, `select num_rows,num_row_groups from parquet_file_metadata('${p}')`, `select path_in_schema, compression, total_compressed_size from parquet_metadata('${p}')`, `select * from read_parquet('${p}')`])
    try { const r = await c.runAndReadAll(q); console.log(JSON.stringify(r.columnNames()), r.columnTypes().map(String).join(","), JSON.stringify(r.getRowsJson())); } catch(e) { console.log("ERR", String(e).slice(0,200)); }
}
}; main();
