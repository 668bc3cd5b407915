import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A moto server: it answers AWS's APIs on this machine (https://docs.getmoto.org/en/latest/docs/server_mode.html). */
export interface Moto {
  readonly endpoint: string;
  /** What sends Terraform's provider and the SDK's clients to the server. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the server at once, as a crash would; what it held is gone. */
  kill(): Promise<void>;
}

export async function startMoto(region = "us-east-1"): Promise<Moto> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const kill = () => end(server);
  process.once("exit", () => server.kill("SIGKILL"));
  const deadline = Date.now() + 60_000;
  while (!(await answers(endpoint))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await kill();
      throw new Error(`moto_server did not answer at ${endpoint}`);
    }
    await sleep(100);
  }
  return {
    endpoint,
    kill,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: "testing",
      AWS_SECRET_ACCESS_KEY: "testing",
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: "true",
    },
  };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, "exit");
  server.kill("SIGKILL");
  await exited;
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/moto-api/data.json`).then(
    (response) => response.ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
