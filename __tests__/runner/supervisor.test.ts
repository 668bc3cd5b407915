import { Worker } from "node:worker_threads";
import { expect, it, onTestFinished, vi } from "vitest";
import { Supervisor } from "../../local/runner/lifecycle/supervisor";
import { reading, TestRun } from "./fixtures/harness";

it("a Kinesis whose thread has ended is told as lost, a drain ends, and what was read can be delivered", async () => {
  const threads: Worker[] = [];
  const once = vi.spyOn(Worker.prototype, "once").mockImplementation(function (this: Worker, ...args) {
    threads.push(this);
    return this.on(args[0] as "exit", args[1] as () => void);
  });
  onTestFinished(() => {
    once.mockRestore();
  });
  const run = await TestRun.start();
  await run.put([reading(0), reading(1)]);
  await expect.poll(() => run.delivery.userRecords, { timeout: 10_000 }).toBe(2);
  const drained = expect(run.runner.drain()).rejects.toThrow("the embedded Kinesis has ended with code 1");
  await threads[0]?.terminate();
  await drained;
  expect(run.runner.lost.reason).toMatchObject({
    name: "StackError",
    message: "the embedded Kinesis has ended with code 1",
  });
  await run.runner.flush();
  expect(await run.rows()).toHaveLength(2);
});

it("only the first loss counts, and none after the end has begun", () => {
  const supervisor = new Supervisor();
  supervisor.report("first");
  supervisor.report("second");
  expect(supervisor.lost.reason).toMatchObject({ message: "first" });
  const ended = new Supervisor();
  ended.stop();
  ended.report("closed");
  expect(ended.lost.aborted).toBe(false);
});
