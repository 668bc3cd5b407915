import { expect, it } from "vitest";
import { Supervisor } from "../../local/runner/lifecycle/supervisor";
import { reading, TestRun } from "./fixtures/harness";

it("a deleted stream is reported as lost, a drain ends, and what was read can still be delivered", async () => {
  const run = await TestRun.start();
  await run.put([reading(0), reading(1)]);
  await expect.poll(() => run.delivery.userRecords, { timeout: 10_000 }).toBe(2);
  await run.client.deleteStream({ StreamName: run.stream });
  await expect(run.runner.drain()).rejects.toThrow(`the stream ${run.stream} was deleted`);
  expect(run.runner.lost.reason).toMatchObject({ name: "StackError" });
  await run.runner.flush();
  expect(await run.rows()).toHaveLength(2);
});

it("only the first loss is reported, and none once the runner is closing", () => {
  const supervisor = new Supervisor();
  supervisor.report("first");
  supervisor.report("second");
  expect(supervisor.lost.reason).toMatchObject({ message: "first" });
  const ended = new Supervisor();
  ended.stop();
  ended.report("closed");
  expect(ended.lost.aborted).toBe(false);
});
