/**
 * Runs a synthesized stack on this machine.
 *
 * ```ts
 * const stack = loadStack(await synthesize());
 * const runner = await startRunner({ stack, dir: ".local" });
 * // … put records to runner.endpoint …
 * await runner.drain();
 * await runner.flush();
 * const answers = await runNamedQueries(stack, runner.lakeFolder);
 * const summary = summarize({ counters: runner.counters, produced, queries: countRows(answers), seconds });
 * const problems = findDiscrepancies(runner.counters, produced);
 * await runner.close();
 * ```
 */
export type { Counters, DeliveryCounters, MappingCounters, StreamCounters } from "./counters";
export { type AnsweredQuery, countRows, runNamedQueries } from "./queries";
export { type Runner, type RunnerOptions, startRunner } from "./runner";
export { findRunner, type RuntimeFile } from "./runtime-file";
export { formatTable, QueryError, type RollUpOptions, rollUp, type ScheduleRun } from "./sql/index";
export { loadStack, StackError } from "./stack/index";
export type * from "./stack/types";
export { findDiscrepancies, renderSummary, type Summary, summarize } from "./summary";
export { type SynthOptions, synthesize } from "./synth";
export { type Screen, showLive } from "./view";
