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
 * const summary = summarize({ counters: runner.counters, queries: countRows(answers), seconds });
 * const problems = findDiscrepancies(runner.counters, produced);
 * await runner.close();
 * ```
 */

export {
  type Lake,
  type LakeOptions,
  openLake,
  type QueryColumn,
  QueryError,
  type QueryResult,
  type QueryStatistics,
  type ScheduleRun,
} from "@streaming-data-lake/lake";
export { loadStack, StackError } from "@streaming-data-lake/terraform";
export { type SynthOptions, synthesize } from "@streaming-data-lake/terraform/synth";
export type * from "@streaming-data-lake/terraform/types";
export type {
  AlarmCounters,
  BufferCounters,
  Counters,
  DeliveryCounters,
  FunctionCounters,
  MappingCounters,
  MetricTotal,
  QueueCounters,
  ReadCounters,
  StreamCounters,
} from "./counters";
export { type Fault, Faults, faults } from "./faults";
export { type AnsweredQuery, countRows, runNamedQueries } from "./queries";
export { findDiscrepancies } from "./reconciliation";
export { renderSummary } from "./render-summary";
export { type Runner, type RunnerOptions, startRunner } from "./runner";
export { findRunner, type RuntimeFile } from "./runtime-file";
export type { RollupOptions } from "./schedules";
export { type RunSummary, type SummaryInput, summarize } from "./summary";
