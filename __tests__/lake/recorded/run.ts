import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Asked, askAll } from "./ask";
import { type Difference, describe, differenceOf, figuresOf, type Graded, isFault } from "./grade";
import { isArbitrary } from "./known";
import { type Corpus, FILES, recorded } from "./statements";

/**
 * Asks the recorded statements of this engine and tells how many it answers as Trino does, by group:
 *
 *     npx tsx __tests__/lake/recorded/run.ts [people | types | asked | mended | corners] [--only REGEX] [--group REGEX] [--list KIND] [--limit N]
 *
 * KIND: differs, lenient, refuses, columns (other names or types), name (another error), place, message, fault (the engine's own
 * errors), slow. `--only` takes statements and ids that match. `--update` writes what differs to `differences.json`, of
 * whole corpora alone.
 */
const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: "string", default: "" },
      group: { type: "string", default: "" },
      list: { type: "string" },
      limit: { type: "string", default: "60" },
      update: { type: "boolean", default: false },
    },
  });
  const corpora = (Object.keys(FILES) as Corpus[]).filter(
    (corpus) => positionals[0] === undefined || positionals[0] === corpus,
  );
  if (values.update && (values.only || values.group))
    throw new Error("--update: not with --only or --group, since it would forget the others");
  const only = new RegExp(values.only, "i");
  const group = new RegExp(values.group);
  for (const corpus of corpora) {
    const statements = recorded(corpus).filter(
      (statement) => (only.test(statement.sql) || only.test(statement.id)) && group.test(statement.group),
    );
    const asked = await askAll(statements);
    report(corpus, asked);
    if (values.update) update(corpus, asked);
    const { list } = values;
    if (list === undefined) continue;
    const listed = asked.filter((one) => isListed(one, list));
    for (const one of listed.slice(0, Number(values.limit))) console.log(describe(one));
    console.log(`${listed.length} in the list ${list}`);
  }
};

const update = (corpus: Corpus, asked: readonly Asked[]): void => {
  const file = join(__dirname, "differences.json");
  const others = asked.filter(({ statement }) => !isArbitrary(statement));
  const ids = (difference: Difference) =>
    others.filter((one) => differenceOf(one) === difference).map(({ statement }) => statement.id);
  const present = [...new Set(others.map(differenceOf))].filter((difference) => difference !== undefined);
  const found = Object.fromEntries(present.sort().map((difference) => [difference, ids(difference).sort()]));
  const all = { ...JSON.parse(readFileSync(file, "utf8")), [corpus]: found };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
};

const isListed = (one: Asked, list: string): boolean => {
  if (list === "fault") return isFault(one);
  if (list === "slow") return one.milliseconds > 50;
  return differenceOf(one) === list;
};

const report = (corpus: Corpus, asked: readonly Asked[]): void => {
  const { wrong, letThrough, refused, otherColumns, errorName, errorPlace } = figuresOf(asked);
  const seconds = asked.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
  const faults = asked.filter(isFault).length;
  console.log(
    `${corpus}: ${asked.length} asked in ${seconds.toFixed(1)} s; wrong ${wrong.toFixed(2)} %, let through ${letThrough.toFixed(2)} %, ` +
      `refused ${refused.toFixed(2)} %, other columns ${otherColumns}, faults ${faults}; ` +
      `error name ${errorName.toFixed(1)} %, place ${errorPlace.toFixed(1)} %`,
  );
  for (const name of new Set(asked.map(({ statement }) => statement.group)))
    reportGroup(
      name,
      asked.filter(({ statement }) => statement.group === name),
    );
};

const reportGroup = (name: string, members: readonly Graded[]): void => {
  const count = (verdict: Graded["verdict"]) => members.filter((one) => one.verdict === verdict).length;
  const [differs, lenient, refuses] = [count("differs"), count("lenient"), count("refuses")];
  if (differs + lenient + refuses > 0)
    console.log(
      `  ${name.padEnd(18)} of ${String(members.length).padStart(4)}: differs ${differs}, lenient ${lenient}, refuses ${refuses}`,
    );
};

void main();
