import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { writeStack } from "../../__tests__/runner/fixtures/stack";
import { freePort } from "../../__tests__/support/free-port";

/** A server in a separate process. */
export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

const root = join(__dirname, "..", "..");

/** Starts the runner as a user does, on a small stack. */
export async function startOurs(folder: string): Promise<Server> {
  const stack = writeStack(join(folder, "stack"));
  const port = await freePort();
  const args = ["run", "--stack", stack, "--dir", join(folder, ".local"), "--aws-port", String(port)];
  const child = spawn(process.execPath, ["--import", "tsx", join(root, "cli/main.ts"), ...args], {
    cwd: root,
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  const authorization = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request";
  await answering(child, () => fetch(url, { headers: { authorization } }));
  return serverOf(child, url, "SIGINT");
}

/** Starts moto. @returns The server; undefined when moto is not installed. */
export async function startMoto(): Promise<Server | undefined> {
  if (spawnSync("moto_server", ["--help"], { stdio: "ignore" }).status !== 0) return undefined;
  const port = await freePort();
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await answering(child, () => fetch(`${url}/moto-api/`));
  return serverOf(child, url, "SIGKILL");
}

async function answering(child: ChildProcess, ask: () => Promise<Response>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const isThere = await ask().then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    await wait(100);
  }
  child.kill("SIGKILL");
  throw new Error("the server does not answer");
}

function serverOf(child: ChildProcess, url: string, signal: NodeJS.Signals): Server {
  process.once("exit", () => child.kill("SIGKILL"));
  return {
    url,
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}
