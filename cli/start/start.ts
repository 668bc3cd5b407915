import type { Io } from "@streaming-data-lake/command";
import type { IamMode } from "@streaming-data-lake/runner/access/control";
import { plural } from "@streaming-data-lake/runner/format";
import { defaultDir } from "../flags";
import { writableFolder } from "../folder";
import { formatTable } from "../output/table";
import { type PipelineRun, runPipeline } from "./pipeline";
import { simulatorFor } from "./simulator-for";
import { Stages } from "./stages";

/** The flags of `npm start`. */
export interface StartOptions {
  readonly count: number;
  readonly dir: string;
  readonly iam: IamMode;
  readonly json?: boolean;
  /** Keeps the stack running afterwards, and opens the console in a browser. */
  readonly open?: boolean;
}

/** @returns The exit code. */
export async function start({ count, dir, iam, json, open }: StartOptions, io: Io): Promise<number> {
  const { signal, stdout, stderr } = io;
  const stages = new Stages(json ? stderr : stdout);
  writableFolder(dir);
  const run = await runPipeline({ count, dir, iam, signal, stages, journal: open });
  stdout.write(
    `${json ? JSON.stringify(run.summary) : report(run, dir, stdout.columns ?? Number.POSITIVE_INFINITY)}\n`,
  );
  for (const problem of run.problems) stderr.write(`start: ${problem}\n`);
  const code = run.problems.length === 0 ? 0 : 1;
  if (!open) return code;
  const { run: keepRunning } = await import("../run/run.js");
  const ended = await keepRunning({ dir, iam, console: true, open }, simulatorFor);
  return code || ended;
}

/** Most rows of an answer that are printed. */
const mostRows = 10;

function report(
  { answers, alarms, summary, readingsInLake }: PipelineRun,
  dir: string,
  width: number,
): string {
  const tables = answers.flatMap((answer) => {
    if (!("result" in answer)) return [];
    const { query, result } = answer;
    const table = formatTable({ ...result, rows: result.rows.slice(0, mostRows) }, { width });
    const more = result.rows.length - mostRows;
    const inFolder = dir === defaultDir ? "" : ` --dir ${dir}`;
    const rest =
      more > 0 ? `\n${plural(more, "more row")}: npm run query -- --name ${query.name}${inFolder}` : "";
    return [`${query.description} (${query.name})\n${table}${rest}`];
  });
  const earlier = readingsInLake - summary.produced;
  return [
    "",
    ...tables.map((table) => `${table}\n`),
    ...alarms.map((alarm) => `${alarm}\n`),
    `${plural(summary.produced, "reading")} from producer to SQL in ${summary.seconds.toFixed(1)} s.`,
    ...(earlier > 0
      ? [
          `The lake in ${dir} has ${plural(readingsInLake, "reading")}; ${earlier.toLocaleString("en-US")} of them are from earlier runs.`,
        ]
      : []),
    "",
    'Ask more       npm run query -- "SELECT AVG(humidity) FROM sensor_data"',
    "Keep running   npm run local",
    "  and send     npx tsx producer --local --continuous    in a second terminal",
    "Deploy to AWS  npx cdktf plan, then npx cdktf apply",
  ].join("\n");
}
