import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { startRunner } from "../../../local/runner/runner";
import type { Stack } from "../../../terraform/types";
import { temporaryFolder } from "../../support/folders";
import { putRecords } from "../../support/put";
import { shareOf } from "../../support/share";
import { type Mutant, mutantsOf } from "./mutants";
import { type Recording, record, runSchedules } from "./record";
import { provedStacks } from "./stacks";
import { deniedBy } from "./verdict";

/** Real runs of mutants, which must fail for the reasons that the replay of a recording finds. */
describe("the replay of a recording on a mutant", () => {
  const folder = temporaryFolder();
  let stack: Stack;
  let mutants: readonly Mutant[];
  let recording: Recording;
  const [{ load, records } = { load: () => stack, records: () => [] }] = provedStacks;

  beforeAll(async () => {
    stack = load(join(folder, "synth"));
    mutants = mutantsOf(stack);
    recording = await record(stack, join(folder, "recorded"), records());
  }, 120_000);

  // At the same time: each waits for seconds until its runner gives up.
  const changes = [
    ["processor_read-stream", "without kinesis:GetRecords"],
    ["processor_role", "for another principal than lambda.amazonaws.com"],
    ["delivery_role", "for another principal than firehose.amazonaws.com"],
    ["function_write-logs", "without logs:PutLogEvents"],
    ["delivery_write-bucket", "without s3:PutObject"],
    ["delivery_read-schema", "without glue:GetTableVersions"],
    ["rollup_role", "for another principal than scheduler.amazonaws.com"],
    ["catalog_grants-", "without glue:BatchCreatePartition"],
  ] as const;
  test.concurrent.each(shareOf(changes, 4))("fails as a real run does: %s %s", async (policy, change) => {
    const mutant = mutants.find(({ what }) => what.includes(policy) && what.endsWith(change));
    if (!mutant) throw new Error(`there is no mutant ${policy} ${change}`);
    const replayed = deniedBy(mutant.stack, recording.calls).map(withoutObject);
    const told = await run(mutant.stack, join(folder, policy), records());
    const reasons = told.flatMap((text) => /User: .*$/.exec(text)?.[0].replace(/; trying again$/, "") ?? []);
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(replayed).toContain(withoutObject(reason));
  });
});

/** Each run has names of its own for its objects. */
function withoutObject(reason: string): string {
  return reason.replace(/(arn:aws:s3:::[\w-]+\/\w+\/)\S+/, "$1*");
}

/** What a run tells of denials. */
async function run(stack: Stack, dir: string, records: readonly string[]): Promise<string[]> {
  const told: string[] = [];
  const onTrouble = (message: string) => told.push(message);
  const runner = await startRunner({ stack, dir, onTrouble, onAlarm: () => {} });
  try {
    await putRecords(runner, records);
    await runner.drain(AbortSignal.timeout(2_000)).catch(() => {});
    await runner.flush(AbortSignal.timeout(1_000)).catch(() => {});
    await runSchedules(stack, runner, runner.access.authorize, onTrouble).catch(({ message }) =>
      told.push(message),
    );
    return told;
  } finally {
    await runner.close();
  }
}
