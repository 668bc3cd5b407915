import { parseArgs } from "node:util";
import { askAll, openRecorded, type RecordedLake } from "../recorded/ask";
import { agrees, describe, figuresOf, type Graded } from "../recorded/grade";
import { type Answer, type Corpus, FILES, recorded } from "../recorded/statements";
import { type Statement, StatementMaker, smallerStatements } from "./generate";
import { Random } from "./random";
import { Comparison } from "./together";
import { Trino } from "./trino";

const usage = `npm run fuzz:sql -- [--seed N] [--count N] [--minutes N] [--server URL]
  Makes typed statements at random, asks them here and of a real Trino, and prints each kind of difference at its smallest.
  --seed    where the statements begin (default 1)
  --count   how many (default 1000)
  --minutes stop asking after so long
  --server  a Trino with the recorded tables (default http://127.0.0.1:8080); without one the recorded statements are run`;

/** Tries for a smaller statement, at most. */
const attempts = 20;
/** Differences of one outermost function that are made smaller: the others are most likely of the same kind. */
const examples = 1;
const connections = 4;
/** Statements in one request. */
const together = 120;

/** A difference that is to be mended: not what is refused by its name here, nor what the server fails at. */
const isDifference = (graded: Graded): boolean => {
  const { verdict, ours, statement } = graded;
  if (verdict === "refuses" && "error" in ours && ours.error.name === "NOT_SUPPORTED") return false;
  if ("error" in statement.answer && statement.answer.error.name === "GENERIC_INTERNAL_ERROR") return false;
  if (verdict === "refuses" && failsEarly(graded)) return false;
  return verdict !== "both refuse" && !agrees(graded);
};

/** DuckDB meets constants that can't be had while it plans, where Trino finds them in a row, or in TRY. */
const failsEarly = ({ ours, statement: { answer } }: Graded): boolean =>
  "error" in ours &&
  /^(?:INVALID_\w+|NUMERIC_VALUE_OUT_OF_RANGE|DIVISION_BY_ZERO)$/.test(ours.error.name) &&
  "rows" in answer &&
  answer.rows.every((row) => row.every((value) => value === null));

async function shrink(statement: Statement, found: Graded, comparison: Comparison): Promise<Graded> {
  let best = found;
  let tries = 0;
  let current: Statement | undefined = statement;
  while (current) {
    const from: Statement = current;
    current = undefined;
    for (const candidate of smallerStatements(from)) {
      if (++tries > attempts) return best;
      const graded = await comparison.alone(candidate);
      if (graded.verdict === found.verdict && isDifference(graded)) {
        best = graded;
        current = candidate;
        break;
      }
    }
  }
  return best;
}

/** Differences of one kind have one shape: the statement without its literals and names of columns. */
const shapeOf = ({ statement: { sql }, verdict }: Graded): string =>
  `${verdict} ${sql.replace(/'(?:[^']|'')*'|\b\d[\d.e]*\b/g, "?").replace(/ FROM (?:events|\(SELECT|nation n JOIN .*|\(VALUES.*)\b.*$/, "")}`;

/** What a difference is before it is made smaller: how both answer, and the outermost function. */
function kindOf({ node }: Statement, { verdict, ours, statement: { answer } }: Graded): string {
  const outermost = node.text === "try($0)" ? node.parts[0] : node;
  const told = (one: Answer) => ("error" in one ? one.error.message.replace(/\d+|'[^']*'/g, "?") : "");
  return `${verdict}: ${told(answer)}: ${told(ours)}: ${outermost?.text}`;
}

/** The first row that differs, of many. */
function differingRow({ statement: { answer }, ours }: Graded): string[] {
  if (!("rows" in answer && "rows" in ours)) return [];
  const index = answer.rows.findIndex((row, at) => JSON.stringify(row) !== JSON.stringify(ours.rows[at]));
  return index < 5
    ? []
    : [`  row ${index}: ${JSON.stringify(answer.rows[index])} ${JSON.stringify(ours.rows[index])}`];
}

/** The tables that statements read. */
const read = ["events", "sensor_data", "nation", "region"];

interface Size {
  readonly count: number;
  readonly minutes: number;
}

async function fuzz(seed: number, { count, minutes }: Size, trino: Trino, lake: RecordedLake): Promise<void> {
  const started = performance.now();
  const end = started + minutes * 60_000;
  const comparison = new Comparison(trino, lake);
  const maker = new StatementMaker(new Random(seed));
  const shapes = new Set<string>();
  const all: Graded[] = [];
  const kinds = new Map<string, number>();
  const examine = async (statement: Statement, graded: Graded) => {
    all.push(graded);
    if (!isDifference(graded)) return;
    const kind = kindOf(statement, graded);
    const count = (kinds.get(kind) ?? 0) + 1;
    kinds.set(kind, count);
    if (count > examples) return;
    const least = await shrink(statement, graded, comparison);
    if (shapes.has(shapeOf(least))) return;
    shapes.add(shapeOf(least));
    console.log([describe(least), ...differingRow(least)].join("\n"));
  };
  let left = count;
  const work = async () => {
    while (left > 0 && performance.now() < end) {
      left -= together + 1;
      const query = maker.query();
      const expressions = maker.together(together);
      await examine(query, await comparison.alone(query));
      for (const [statement, graded] of await comparison.together(expressions))
        await examine(statement, graded);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  summary(`seed ${seed}`, all);
  const found = [...kinds.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    `in ${comparison.requests} requests and ${((performance.now() - started) / 1000).toFixed(0)} s; ${found} differences, ${shapes.size} shown`,
  );
  process.exitCode = shapes.size > 0 ? 1 : 0;
}

function summary(name: string, graded: readonly Graded[]): void {
  const { asked, wrong, letThrough, refused } = figuresOf(graded);
  console.log(
    `${name}: ${asked} asked; wrong ${wrong.toFixed(2)} %, let through ${letThrough.toFixed(2)} %, refused ${refused.toFixed(2)} %`,
  );
}

async function runRecorded(server: string): Promise<void> {
  console.log(`no Trino with the recorded tables answers at ${server}: running what is recorded`);
  for (const corpus of Object.keys(FILES) as Corpus[]) summary(corpus, await askAll(recorded(corpus)));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      count: { type: "string", default: "1000" },
      minutes: { type: "string", default: "1440" },
      server: { type: "string", default: "http://127.0.0.1:8080" },
      help: { type: "boolean", default: false },
    },
  });
  const seed = Number(values.seed);
  const count = Number(values.count);
  const minutes = Number(values.minutes);
  if (values.help) return console.log(usage);
  if (!Number.isInteger(seed) || !Number.isInteger(count) || count < 1 || !(minutes > 0)) {
    console.error(`--seed and --count are whole numbers, --minutes is a number above 0\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const trino = new Trino(values.server);
  const there = await trino.rowsOf(read);
  if (!there) return runRecorded(values.server);
  const lake = await openRecorded();
  try {
    for (const [index, table] of read.entries()) {
      const ours = await lake.answer(`SELECT count(*) FROM ${table}`);
      if (!("rows" in ours) || ours.rows[0]?.[0] !== there[index])
        throw new Error(
          `${values.server} has other rows in ${table} than are recorded: load its tables again`,
        );
    }
    await fuzz(seed, { count, minutes }, trino, lake);
  } finally {
    await lake.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
