import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startRunner, synthesize } from "@streaming-data-lake/runner";
import { Authority, type Call, type Decision, Usage } from "../local/iam/index";
import { loadStack } from "../terraform/index";
import type { Stack } from "../terraform/types";
import { type Measurement, median } from "./measurement";
import { type Taken, timedRun } from "./timed-run";

const decisions = 100_000;
const readings = 100_000;
const rounds = 5;

/** How long decisions take, one by one and in a run of the pipeline. */
export async function run(): Promise<Measurement[]> {
  return [...oneByOne(), ...(await inRuns())];
}

/** By a role with ten policies of ten statements. */
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
  const limit = (what: string, value: number): Measurement => ({
    what,
    value,
    unit: "µs",
    target: "< 5",
    reached: value < 5,
  });
  return [
    limit(
      "the same call again",
      microseconds(() => authority.decide(call)),
    ),
    limit(
      "a call like one before",
      microseconds(() => authority.decide({ ...call })),
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

/** What deciding costs a run, against one in which everything is allowed and nothing is counted. */
async function inRuns(): Promise<Measurement[]> {
  const stack = loadStack(await synthesize({ folder: resolve(__dirname, "..") }));
  const [allowing, enforcing]: [Taken[], Enforced[]] = [[], []];
  // In turns, since a machine's speed changes and a process grows; the first of each warms it.
  for (let round = 0; round <= rounds; round++) {
    const allow = async () => allowing.push(await withoutDecisions(() => takenBy(stack)));
    const enforce = async () => enforcing.push(await watched(() => takenBy(stack)));
    for (const take of round % 2 === 0 ? [allow, enforce] : [enforce, allow]) await take();
  }
  allowing.shift();
  enforcing.shift();
  const more = (of: (taken: Taken) => number) =>
    (median(enforcing.map(of)) / median(allowing.map(of)) - 1) * 100;
  const deciding = median(enforcing.map((taken) => (taken.decidingSeconds / taken.seconds) * 100));
  return [
    {
      what: "100,000 readings, single records, with all allowed",
      value: median(allowing.map((taken) => taken.seconds)),
      unit: "s",
    },
    { what: "  with each call decided", value: median(enforcing.map((taken) => taken.seconds)), unit: "s" },
    // Runs differ by more than decisions take, so that these two tell of the machine as well.
    { what: "  more", value: more((taken) => taken.seconds), unit: "%" },
    { what: "  more processor time", value: more((taken) => taken.processorSeconds), unit: "%" },
    { what: "  calls decided", value: median(enforcing.map(({ decisions }) => decisions)), unit: "" },
    {
      what: "  time of the run spent in decisions",
      value: deciding,
      unit: "%",
      target: "<= 2",
      reached: deciding <= 2,
    },
  ];
}

interface Enforced extends Taken {
  readonly decisions: number;
  readonly decidingSeconds: number;
}

async function takenBy(stack: Stack): Promise<Taken> {
  const folder = mkdtempSync(join(tmpdir(), "bench-iam-"));
  const runner = await startRunner({ stack, dir: join(folder, ".local") });
  try {
    return await timedRun(runner, runner.streams[0] ?? "", readings);
  } finally {
    await runner.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The runner has no setting that leaves decisions out, so that its parts are replaced. */
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

/** With the time that is spent in deciding and counting calls, which the noise of whole runs would hide. */
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
