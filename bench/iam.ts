import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startRunner, synthesize } from "@streaming-data-lake/runner";
import { Authority, type Call, type Decision, Usage } from "../local/iam/index";
import { loadStack } from "../terraform/index";
import { atMost, below, type Measurement, median } from "./measurement";
import { type Taken, timedRun } from "./timed-run";

const decisions = 100_000;
const readings = 10_000;
const pairs = 50;

/** Measures how long decisions take, one by one and in a run of the pipeline. */
export async function run(): Promise<Measurement[]> {
  return [...oneByOne(), ...(await inRuns())];
}

/** Measures single decisions for a role with ten policies of ten statements. */
function oneByOne(): Measurement[] {
  const authority = new Authority(stackOfPolicies(10, 10));
  const caller = { roleArn: "arn:aws:iam::000000000000:role/r", session: "s" };
  const call: Call = { caller, action: "s9:Do9", resource: "arn:aws:s9:::thing/9/key" };
  const microseconds = (decide: (index: number) => void) => {
    for (let index = 0; index < 10_000; index++) decide(index);
    const started = performance.now();
    for (let index = 0; index < decisions; index++) decide(index);
    return ((performance.now() - started) * 1000) / decisions;
  };
  return [
    below(
      "the same call again",
      microseconds(() => authority.decide(call)),
      "µs",
      5,
    ),
    below(
      "a call like one before",
      microseconds(() => authority.decide({ ...call })),
      "µs",
      5,
    ),
    {
      what: "a call that is new",
      value: microseconds((index) =>
        authority.decide({ ...call, resource: `arn:aws:s9:::thing/9/${index}` }),
      ),
      unit: "µs",
    },
  ];
}

/**
 * Measures what decisions cost a run, compared with a run in which everything is allowed and nothing is counted. Two
 * runs differ by more than the time that decisions take, so many short runs are compared in pairs, in one runner.
 */
async function inRuns(): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-iam-"));
  const stack = loadStack(await synthesize({ folder: resolve(__dirname, "..") }));
  const runner = await startRunner({ stack, dir: join(folder, ".local") });
  const take = () => timedRun(runner, runner.streams[0] ?? "", readings);
  const allowing: Taken[] = [];
  const enforcing: Enforced[] = [];
  try {
    for (let warming = 0; warming < 5; warming++) await take();
    for (let pair = 0; pair < pairs; pair++) {
      const turns = [
        async () => allowing.push(await withoutDecisions(take)),
        async () => enforcing.push(await watched(take)),
      ];
      for (const turn of pair % 2 === 0 ? turns : turns.reverse()) await turn();
    }
  } finally {
    await runner.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const wall = paired(enforcing, allowing, ({ seconds }) => seconds);
  const processor = paired(enforcing, allowing, ({ processorSeconds }) => processorSeconds);
  const deciding = median(enforcing.map(({ decidingSeconds, seconds }) => (decidingSeconds / seconds) * 100));
  return [
    {
      what: "10,000 readings, single records, with all allowed",
      value: median(allowing.map(({ seconds }) => seconds)) * 1000,
      unit: "ms",
    },
    atMost(`  more with each call decided, median of ${pairs} pairs`, wall.median, "%", 2),
    { what: "    standard error", value: wall.error, unit: "%" },
    { what: "  more processor time", value: processor.median, unit: "%" },
    { what: "    standard error", value: processor.error, unit: "%" },
    { what: "  calls decided", value: median(enforcing.map(({ decisions }) => decisions)), unit: "" },
    atMost("  time of the run spent in decisions", deciding, "%", 2),
  ];
}

/** How much more the first of each pair takes, in percent: the median and its standard error. */
function paired<T>(more: readonly T[], less: readonly T[], measure: (taken: T) => number) {
  const ratios = more.map((taken, index) => (measure(taken) / measure(less[index] as T) - 1) * 100);
  const middle = median(ratios);
  // A standard deviation is 1.4826 times the median deviation, and a median's standard error is 1.2533 times a mean's.
  const deviation = 1.4826 * median(ratios.map((ratio) => Math.abs(ratio - middle)));
  return { median: middle, error: (1.2533 * deviation) / Math.sqrt(ratios.length) };
}

interface Enforced extends Taken {
  readonly decisions: number;
  readonly decidingSeconds: number;
}

/** Runs work without decisions. The runner has no setting for that, so its parts are replaced. */
async function withoutDecisions<T>(work: () => Promise<T>): Promise<T> {
  const { decide } = Authority.prototype;
  const { add } = Usage.prototype;
  const allowed: Decision = { allowed: true, effect: "allow", by: [], reason: "" };
  Authority.prototype.decide = () => allowed;
  Usage.prototype.add = () => {};
  try {
    return await work();
  } finally {
    Authority.prototype.decide = decide;
    Usage.prototype.add = add;
  }
}

/** Measures the time spent on deciding and counting calls during a run, which the noise of whole runs would hide. */
async function watched(work: () => Promise<Taken>): Promise<Enforced> {
  const { decide } = Authority.prototype;
  const { add } = Usage.prototype;
  let count = 0;
  let milliseconds = 0;
  Authority.prototype.decide = function (this: Authority, call) {
    count++;
    const started = performance.now();
    const decision = decide.call(this, call);
    milliseconds += performance.now() - started;
    return decision;
  };
  Usage.prototype.add = function (this: Usage, ...used) {
    const started = performance.now();
    add.apply(this, used);
    milliseconds += performance.now() - started;
  };
  try {
    return { ...(await work()), decisions: count, decidingSeconds: milliseconds / 1000 };
  } finally {
    Authority.prototype.decide = decide;
    Usage.prototype.add = add;
  }
}

function stackOfPolicies(policies: number, statements: number) {
  const folder = mkdtempSync(join(tmpdir(), "bench-iam-"));
  try {
    const aws_iam_role_policy = Object.fromEntries(
      Array.from({ length: policies }, (_, policy) => [
        `p${policy}`,
        {
          name: `p${policy}`,
          role: "r",
          policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: Array.from({ length: statements }, (_, statement) => ({
              Effect: "Allow",
              Action: [`s${policy}:Do${statement}`, `s${policy}:Get${statement}`],
              Resource: [`arn:aws:s${policy}:::thing/${statement}/*`],
              Condition: { Bool: { "aws:SecureTransport": "true" } },
            })),
          }),
        },
      ]),
    );
    const trust = {
      Statement: { Effect: "Allow", Principal: { Service: "x.com" }, Action: "sts:AssumeRole" },
    };
    const aws_iam_role = { r: { name: "r", assume_role_policy: JSON.stringify(trust) } };
    const file = join(folder, "cdk.tf.json");
    writeFileSync(file, JSON.stringify({ resource: { aws_iam_role, aws_iam_role_policy } }));
    return loadStack(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
