import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../support/free-port";
import type { Credentials } from "./aws";
import { openGateway } from "./gateway";

/** A moto server: it answers AWS's APIs on this machine (https://docs.getmoto.org/en/latest/docs/server_mode.html). */
export interface Moto {
  readonly endpoint: string;
  readonly port: number;
  /** What sends Terraform's provider and the SDK's clients to the server. */
  readonly env: Readonly<Record<string, string>>;
  /** Settles at the next call that matches: its method and path, and its target where it has one. */
  nextCall(pattern: RegExp): Promise<void>;
  /** From now on, refuses credentials that it did not give out, as AWS does; or takes any again. */
  authenticate(on: boolean): Promise<void>;
  /** Credentials of a role, which may be another account's: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
  credentialsOf(roleArn: string): Promise<Credentials>;
  /** Ends the server at once, as a crash would; what it held is gone. */
  kill(): Promise<void>;
}

/** moto finds the service in the scope of a signature that it does not check. */
const authorization = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sts/aws4_request";

export interface MotoOptions {
  /** Port that it is reached at. @default - a free one */
  readonly port?: number;
}

export async function startMoto({ port }: MotoOptions = {}): Promise<Moto> {
  const motoPort = await freePort();
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(motoPort)], {
    stdio: "ignore",
  });
  process.once("exit", () => server.kill("SIGKILL"));
  await answering(server, `http://127.0.0.1:${motoPort}`);
  const gateway = await openGateway(motoPort, port);
  const endpoint = `http://127.0.0.1:${gateway.port}`;
  return {
    endpoint,
    port: gateway.port,
    nextCall: gateway.nextCall,
    credentialsOf: (roleArn) => assumeRole(endpoint, roleArn),
    authenticate: async (on) => {
      await fetch(`${endpoint}/moto-api/reset-auth`, { method: "POST", body: on ? "0" : "inf" });
    },
    kill: async () => {
      await Promise.all([gateway.close(), end(server)]);
    },
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: "testing",
      AWS_SECRET_ACCESS_KEY: "testing",
      AWS_EC2_METADATA_DISABLED: "true",
    },
  };
}

async function assumeRole(endpoint: string, roleArn: string): Promise<Credentials> {
  const query = { Action: "AssumeRole", Version: "2011-06-15", RoleArn: roleArn, RoleSessionName: "test" };
  const response = await fetch(endpoint, {
    method: "POST",
    body: new URLSearchParams(query),
    headers: { authorization },
  });
  const xml = await response.text();
  const element = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1] ?? "";
  return {
    accessKeyId: element("AccessKeyId"),
    secretAccessKey: element("SecretAccessKey"),
    sessionToken: element("SessionToken"),
  };
}

async function answering(server: ChildProcess, endpoint: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await answers(endpoint))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await end(server);
      throw new Error(`moto_server did not answer at ${endpoint}`);
    }
    await sleep(100);
  }
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/moto-api/`).then(
    (response) => response.ok,
    () => false,
  );
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, "exit");
  server.kill("SIGKILL");
  await exited;
}
