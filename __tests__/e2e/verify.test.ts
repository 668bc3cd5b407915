import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Verification } from "../../cli/verify/report";
import { deployed, deployment, names } from "./support/deployment";
import { PlayedPipeline } from "./support/played-pipeline";
import { describeDeployment } from "./support/requirements";

// What moto can't prove: it runs no function, no delivery and no SQL, and shows a metric at once. Those are played; that
// the command asks each of AWS's APIs in words that it understands, and adds up what it is answered, is what is shown.
describeDeployment("npm run verify -- --aws", () => {
  let pipeline: PlayedPipeline;

  const on = deployment(async ({ moto, aws, project }) => {
    pipeline = new PlayedPipeline(moto, aws);
    await deployed(project);
    await pipeline.open();
  });

  const verify = async (wait: number) => {
    const args = ["--aws", "--json", "--count", "100", "--wait", String(wait)];
    const { code, output } = await on.project.npmRun("verify", args);
    const line = output.split("\n").find((each) => each.startsWith("{"));
    expect(line, output).toBeDefined();
    const { checks, ...rest } = JSON.parse(line ?? "") as Verification;
    return { code, ...rest, wrong: checks.filter(({ ok }) => !ok).map(({ what }) => what) };
  };

  it("adds up when the services have done their work", async () => {
    await pipeline.answerQueries({ every: 96, different: 96, readings: 92, out_of_range: 4 });
    const [{ code, wrong, place, cost }] = await Promise.all([verify(120), pipeline.process(100)]);
    expect(wrong).toEqual([]);
    expect(code).toBe(0);
    expect(place).toBe("AWS, us-east-1");
    expect(cost.dollars).toBeGreaterThan(0);
    expect(cost.dollars).toBeLessThan(0.01);
  });

  it("says what does not add up, and that the queue holds a message", async () => {
    const QueueName = `${names.function}-dead-letters`;
    const { QueueUrl } = await on.aws.sqs.getQueueUrl({ QueueName });
    await on.aws.sqs.sendMessage({ QueueUrl, MessageBody: "{}" });
    // Metrics are counted by the minute: in one of its own this run sees none of the run before.
    await sleep(60_000 - (Date.now() % 60_000));
    await pipeline.answerQueries({ every: 95, different: 95, readings: 92, out_of_range: 4 });
    const [{ code, wrong }] = await Promise.all([verify(20), pipeline.process(100, 1)]);
    expect(code).toBe(1);
    expect(wrong).toEqual([
      "rejected by the function",
      "processed, rejected or discarded",
      "rows in Parquet",
      "records in the errors zone",
      "lines in the raw zone",
      "messages in the queues",
    ]);
  });
});
