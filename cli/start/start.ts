import { constants } from "node:os";
import { StackError } from "@streaming-data-lake/runner";
import { formatTable } from "../format-table";
import { help, parseArguments, UsageError } from "./arguments";
import { type PipelineRun, runPipeline } from "./pipeline";
import { Stages } from "./stages";

/** A signal that ended the run. */
class Interrupted extends Error {
  constructor(readonly exitCode: number) {
    super("stopped");
  }
}

async function main(): Promise<number> {
  const args = parseArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(help);
    return 0;
  }
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => interruption.abort(new Interrupted(128 + constants.signals[name])));

  const stages = new Stages(args.json ? process.stderr : process.stdout);
  const run = await runPipeline({ ...args, signal: interruption.signal, stages });
  if (args.json) console.log(JSON.stringify(run.summary));
  else console.log(report(run));
  for (const problem of run.problems) console.error(`npm start: ${problem}`);
  return run.problems.length === 0 ? 0 : 1;
}

function report({ answers, summary }: PipelineRun): string {
  const width = process.stdout.columns ?? 100;
  const tables = answers.flatMap((answer) =>
    "result" in answer
      ? [`${answer.query.description} (${answer.query.name})\n${formatTable(answer.result, { width })}`]
      : [],
  );
  return [
    "",
    ...tables.map((table) => `${table}\n`),
    `${summary.produced} readings from producer to SQL in ${summary.seconds.toFixed(1)} s.`,
    "",
    'Ask more:      npm run query -- "SELECT location, MAX(temperature) FROM sensor_data GROUP BY location"',
    "Keep running:  npm run local       and in another terminal:  npx tsx producer --local --continuous",
    "Deploy to AWS: npx cdktf plan, then npx cdktf apply",
  ].join("\n");
}

// Whoever reads may have read enough, as `head` does.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code !== "EPIPE") throw new Error(`writing the output failed: ${code}`);
});

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof Interrupted) process.exitCode = error.exitCode;
    else if (error instanceof UsageError) process.exitCode = 2;
    else if (error instanceof StackError) process.exitCode = 1;
    else throw error;
    console.error(`npm start: ${error.message}`);
  },
);
