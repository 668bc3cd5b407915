import { parseArgs } from "node:util";
import { askAll, openRecorded, type RecordedLake } from "../recorded/ask";
import { describe, figuresOf, type Graded, grade, isRight } from "../recorded/grade";
import { type Corpus, FILES, type Recorded, recorded } from "../recorded/statements";
import { type Statement, StatementMaker, smallerStatements, writeStatement } from "./generate";
import { Random } from "./random";
import { Trino } from "./trino";

const usage = `npm run fuzz:sql -- [--seed N] [--count N] [--server URL]
  Makes typed statements at random, asks them here and of a real Trino, and prints each kind of difference at its smallest.
  --seed    where the statements begin (default 1)
  --count   how many (default 1000)
  --server  a Trino with the recorded tables (default http://127.0.0.1:8080); without one the recorded statements are run`;

/** Tries for a smaller statement, at most. */
const attempts = 150;
const atOnce = 4;

type Ask = (sql: string) => Promise<Graded>;

/** A difference that is to be mended: not what is refused by its name here. */
const isDifference = (graded: Graded): boolean => {
  const { verdict, ours } = graded;
  if (verdict === "refuses" && "error" in ours && ours.error.name === "NOT_SUPPORTED") return false;
  return verdict !== "both refuse" && !isRight(graded);
};

async function shrink(statement: Statement, found: Graded, ask: Ask): Promise<Graded> {
  let best = found;
  let tries = 0;
  let current: Statement | undefined = statement;
  while (current) {
    const from: Statement = current;
    current = undefined;
    for (const candidate of smallerStatements(from)) {
      if (++tries > attempts) return best;
      const graded = await ask(writeStatement(candidate));
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
  `${verdict} ${sql.replace(/'(?:[^']|'')*'|\b\d[\d.e]*\b/g, "?").replace(/\b(?:events|sensor_data|nation n JOIN .*|\(VALUES.*)\b.*$/, "")}`;

/** The tables that statements read. */
const read = ["events", "sensor_data", "nation", "region"];

async function fuzz(seed: number, count: number, trino: Trino, lake: RecordedLake): Promise<void> {
  const ask: Ask = async (sql) => {
    const statement: Recorded = { id: "", group: "fuzz", sql, answer: await trino.ask(sql) };
    return grade(statement, await lake.answer(sql));
  };
  const maker = new StatementMaker(new Random(seed));
  const shapes = new Set<string>();
  const all: Graded[] = [];
  let left = count;
  const work = async () => {
    while (left-- > 0) {
      const statement = maker.statement();
      const graded = await ask(writeStatement(statement));
      all.push(graded);
      if (!isDifference(graded)) continue;
      const least = await shrink(statement, graded, ask);
      if (shapes.has(shapeOf(least))) continue;
      shapes.add(shapeOf(least));
      console.log(describe(least));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  summary(`seed ${seed}`, all);
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
      server: { type: "string", default: "http://127.0.0.1:8080" },
      help: { type: "boolean", default: false },
    },
  });
  const seed = Number(values.seed);
  const count = Number(values.count);
  if (values.help) return console.log(usage);
  if (!Number.isInteger(seed) || !Number.isInteger(count) || count < 1) {
    console.error(`--seed and --count are whole numbers\n${usage}`);
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
    await fuzz(seed, count, trino, lake);
  } finally {
    await lake.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
