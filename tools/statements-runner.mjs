/**
 * A test runner of Stryker: each statement that was recorded from a Trino server is a test, and a changed engine fails it
 * when it no longer answers as Trino does. Thousands of statements take seconds, because one engine answers them all in one
 * process; the tests of vitest would ask a whole corpus again for each change.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { DryRunStatus, MutantRunStatus, TestStatus } from "@stryker-mutator/api/test-runner";

/** What Stryker's code in the changed sources reads and counts. */
globalThis.__stryker__ ??= {};
const state = globalThis.__stryker__;

/** Statements for each change, at most: more are hardly ever needed, and would take gigabytes. */
const most = 300;

class StatementsRunner {
  capabilities() {
    return { reloadEnvironment: false };
  }

  /** Stryker works in a copy of the project, which has the changed sources. */
  async init() {
    const require = createRequire(join(process.cwd(), "package.json"));
    require("tsx/cjs/api").register();
    const cached = join(process.cwd(), "local/lake/cached.ts");
    require.cache[cached] = { id: cached, filename: cached, loaded: true, exports: { cached: this.cached } };
    const { FILES, recorded, recordedOn } = require("./__tests__/lake/recorded/statements.ts");
    const { openRecorded } = require("./__tests__/lake/recorded/ask.ts");
    const { grade } = require("./__tests__/lake/recorded/grade.ts");
    const { isArbitrary, isAsKnown } = require("./__tests__/lake/recorded/known.ts");
    const all = Object.keys(FILES).flatMap((corpus) =>
      recorded(corpus)
        .filter((statement) => !isArbitrary(statement))
        .map((statement) => ({
          ...statement,
          isAnswered: (answer) => isAsKnown(corpus, grade(statement, answer)),
        })),
    );
    this.statements = new Map(all.map((statement) => [statement.id, statement]));
    this.lake = await openRecorded(() => recordedOn);
  }

  /** As `local/lake/cached.ts`, but a new engine forgets what was made before: a changed one would not make it again. */
  cached = (make) => {
    const known = new Map();
    this.made.push(known);
    return (key) => {
      if (!known.has(key)) known.set(key, make(key));
      return known.get(key);
    };
  };
  made = [];

  restart() {
    for (const known of this.made) known.clear();
    this.lake.restart();
  }

  async dryRun() {
    const tests = [];
    const perTest = {};
    const covering = new Map();
    for (const id of shuffled(this.statements.keys())) {
      // The functions that a statement needs are made by it, and not by one before.
      this.restart();
      const start = performance.now();
      state.currentTestId = id;
      const passes = await this.passes(id);
      state.currentTestId = undefined;
      const covered = Object.entries(state.mutantCoverage?.perTest[id] ?? {});
      delete state.mutantCoverage?.perTest[id];
      if (!passes) continue;
      tests.push({ id, name: id, status: TestStatus.Success, timeSpentMs: performance.now() - start });
      const kept = covered.filter(([mutant]) => {
        covering.set(mutant, (covering.get(mutant) ?? 0) + 1);
        return covering.get(mutant) <= most;
      });
      perTest[id] = Object.fromEntries(kept);
    }
    return {
      status: DryRunStatus.Complete,
      tests,
      mutantCoverage: { static: state.mutantCoverage?.static ?? {}, perTest },
    };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    state.hitLimit = hitLimit;
    state.hitCount = hitLimit === undefined ? undefined : 0;
    this.restart();
    const ids = shuffled(testFilter ?? this.statements.keys());
    for (const [at, id] of ids.entries()) {
      if (await this.passes(id, activeMutant.id)) continue;
      if (state.hitCount > hitLimit) return { status: MutantRunStatus.Timeout, reason: id };
      this.restart();
      // Not what an earlier change left behind.
      if (!(await this.passes(id))) continue;
      return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage: id, nrOfTests: at + 1 };
    }
    return { status: MutantRunStatus.Survived, nrOfTests: ids.length };
  }

  async passes(id, mutant) {
    const statement = this.statements.get(id);
    state.activeMutant = mutant;
    try {
      for (const sql of statement.setup ?? []) await this.lake.answer(sql);
      const answer = await this.lake.answer(statement.sql);
      for (const sql of statement.teardown ?? []) await this.lake.answer(sql);
      return statement.isAnswered(answer);
    } finally {
      state.activeMutant = undefined;
    }
  }

  async dispose() {
    await this.lake?.close();
  }
}

/** Ids end with a hash: in its order statements of all kinds alternate, and a change is noticed sooner. */
const shuffled = (ids) => [...ids].sort((a, b) => (a.slice(-6) < b.slice(-6) ? -1 : 1));

export const strykerPlugins = [{ kind: "TestRunner", name: "statements", injectableClass: StatementsRunner }];
