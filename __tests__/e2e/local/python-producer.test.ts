import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Runner, startRunner } from "../../../local/runner/runner";
import { loadStack } from "../../../terraform/index";
import { stepsOf } from "../../docs/guide";
import { temporaryFolder } from "../../support/folders";
import { synthesizeInto } from "../../support/pipeline-folder";
import { inherited } from "../support/project";
import { describePythonClients } from "../support/requirements";

const run = promisify(execFile);
const root = join(__dirname, "../../..");

describePythonClients("the lab's producer in Python", () => {
  const folder = temporaryFolder();
  let runner: Runner;
  let env: NodeJS.ProcessEnv;
  const [commands = ""] = stepsOf("docs/lab.md")
    .filter(({ kind }) => kind === "python")
    .map((step) => step.commands);
  const [once = "", continuous = ""] = commands.split("\n");

  const counted = async () => {
    await runner.drain();
    const { ReadingsProcessed, ReadingsRejected } = runner.counters.functions[0]?.metrics ?? {};
    return { processed: ReadingsProcessed?.sum, rejected: ReadingsRejected?.sum ?? 0 };
  };

  beforeAll(async () => {
    const stack = loadStack(synthesizeInto(join(folder, "cdktf.out")));
    runner = await startRunner({ stack, dir: join(folder, ".local") });
    env = {
      ...inherited(),
      AWS_ENDPOINT_URL_KINESIS: runner.endpoint,
      AWS_REGION: runner.region,
      AWS_DEFAULT_REGION: runner.region,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    };
  });
  afterAll(async () => {
    await runner?.close();
  });

  const python = (command: string) => {
    const [program = "", ...args] = command.split(" ");
    return { program, args };
  };

  it("sends 100 readings, each of which the function takes", async () => {
    const { program, args } = python(once);
    const { stdout, stderr } = await run(program, args, { env, cwd: root });
    expect({ stdout, stderr }).toEqual({
      stdout: "Sent 100 readings to sensor-lake-dev-readings.\n",
      stderr: "",
    });
    expect(await counted()).toEqual({ processed: 100, rejected: 0 });
  });

  it("goes on until Ctrl-C, and ends well", async () => {
    const { program, args } = python(continuous);
    const child = spawn(program, args, { env, cwd: root, detached: true });
    let stdout = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    await expect
      .poll(() => runner.counters.streams[0]?.acknowledged, { timeout: 30_000 })
      .toBeGreaterThan(110);
    process.kill(-(child.pid ?? 0), "SIGINT");
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Sent \d+0 readings to sensor-lake-dev-readings\.\n$/),
    });
    expect((await counted()).rejected).toBe(0);
  });

  it("says in one line that nobody answers", async () => {
    const { program, args } = python(once);
    const away = { ...env, AWS_ENDPOINT_URL_KINESIS: "http://127.0.0.1:9", AWS_MAX_ATTEMPTS: "1" };
    await expect(run(program, args, { env: away, cwd: root })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^test_producer: Could not connect to the endpoint URL[^\n]*\n$/),
    });
  });
});
