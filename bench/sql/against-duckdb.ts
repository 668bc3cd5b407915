import type { DuckDBConnection } from "@duckdb/node-api";
import type { Lake } from "@streaming-data-lake/lake";
import { atMost, type Measurement, median } from "../measurement";

/** The queries that both engines run, by name. */
export type Questions = Readonly<Record<string, string>>;

/** A query is not repeated once its runs have taken this long, so slow queries run less often. Milliseconds. */
const enough = 2_000;
/** How often a query runs at least, however long it takes. */
const fewest = 3;

/**
 * Measures the time of each query here, relative to its time in DuckDB over the same objects, and takes the median of
 * all queries. Each query is asked again and again, as dashboards do, and also with a new text each time, which is parsed
 * and bound anew. The engines run it in turn, and the best time of each counts, because other work on the machine strongly
 * affects a time of ten milliseconds.
 *
 * @param repeats How often each query is run at most.
 */
export async function againstDuckDb(
  name: string,
  { lake, duckdb }: { readonly lake: Lake; readonly duckdb: DuckDBConnection },
  questions: Questions,
  { repeats, limit }: { readonly repeats: number; readonly limit: number },
): Promise<readonly Measurement[]> {
  for (const sql of Object.values(questions)) await lake.query(sql);
  const ratios: { question: string; ratio: number; anew: number }[] = [];
  for (const [question, sql] of Object.entries(questions)) {
    const best = { lake: Infinity, anew: Infinity, duckdb: Infinity };
    const time = async (who: keyof typeof best, ask: () => Promise<unknown>) => {
      const started = performance.now();
      await ask();
      best[who] = Math.min(best[who], performance.now() - started);
    };
    const started = performance.now();
    for (let repeat = 0; repeat < repeats; repeat++) {
      if (repeat >= fewest && performance.now() - started > enough) break;
      await time("lake", () => lake.query(sql));
      await time("anew", () => lake.query(`${sql}\n-- ${repeat}`));
      await time("duckdb", async () => (await duckdb.runAndReadAll(sql)).getRowObjectsJson());
    }
    ratios.push({ question, ratio: best.lake / best.duckdb, anew: best.anew / best.duckdb });
  }
  ratios.sort((a, b) => b.ratio - a.ratio);
  const slowest = ratios.slice(0, 3).map(({ question, ratio }) => `${question} ${ratio.toFixed(2)}`);
  return [
    atMost(`${name}: median by plain DuckDB's`, median(ratios.map(({ ratio }) => ratio)), "times", limit),
    { what: "  with a new text each time", value: median(ratios.map(({ anew }) => anew)), unit: "times" },
    { what: `  slowest: ${slowest.join(", ")}`, value: ratios[0]?.ratio ?? Number.NaN, unit: "times" },
  ];
}
