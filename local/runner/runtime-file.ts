import { readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { isAlive } from "@streaming-data-lake/kinesis/store/process-identity";
import type { ScheduleRun } from "@streaming-data-lake/lake";
import { replaceFile } from "./files/write";
import type { RollupRequest } from "./status-server";

/** The contents of `.local/runtime.json`, in which other programs find the runner while it runs. */
export interface RuntimeFile {
  readonly pid: number;
  /** When that process started, in the format of the operating system; "" when the system does not report it. */
  readonly started?: string;
  readonly region: string;
  /** Base URL of Kinesis. */
  readonly endpoint: string;
  /** Base URL of Firehose; absent when no delivery stream accepts Direct PUT. */
  readonly firehoseEndpoint?: string;
  /** Base URL of the local AWS API; absent when the runner does not serve it. */
  readonly awsEndpoint?: string;
  readonly streams: readonly string[];
  /** Folder of each bucket, by name. */
  readonly buckets: Readonly<Record<string, string>>;
  /** URL of the runner's status, as JSON. */
  readonly status: string;
}

export const runtimePath = (dir: string): string => join(dir, "runtime.json");

export function publish(dir: string, runtime: RuntimeFile): void {
  replaceFile(runtimePath(dir), `${JSON.stringify(runtime, null, 2)}\n`);
}

export function unpublish(dir: string): void {
  rmSync(runtimePath(dir), { force: true });
}

/** @returns undefined when no runner works in the folder, which includes one that was killed. */
export async function findRunner(dir: string): Promise<RuntimeFile | undefined> {
  const runtime = readJson<RuntimeFile>(runtimePath(dir));
  return runtime && isRunning(runtime) ? runtime : undefined;
}

/** Whether the process of a runner that was found still exists. */
export function isRunning({ pid, started = "" }: RuntimeFile): boolean {
  return isAlive({ pid, started });
}

/** @throws Error when there is no answer within two seconds. */
export function getJson(url: string): Promise<unknown> {
  return ask(url, "GET", 2_000);
}

/**
 * Asks a runner to write its buffers. Resolves with the runner's status when the objects are in their buckets.
 *
 * @throws Error when the runner does not answer, or can't write the buffers.
 */
export function requestFlush(statusUrl: string): Promise<unknown> {
  return requestAction(statusUrl, "/flush", {});
}

/**
 * Asks a runner to run its scheduled queries now, for the given hours, or else for the time of each schedule's last run.
 *
 * @throws Error when the runner does not answer, or when a query is refused or fails.
 */
export async function requestRollup(
  statusUrl: string,
  hours?: readonly Date[],
): Promise<readonly ScheduleRun[]> {
  const request: RollupRequest = { hours: hours?.map((hour) => hour.toISOString()) };
  const runs = (await requestAction(statusUrl, "/rollup", request)) as readonly ScheduleRun[];
  return runs.map((run) => ({ ...run, scheduledTime: new Date(run.scheduledTime) }));
}

async function requestAction(statusUrl: string, path: string, body: object): Promise<unknown> {
  const answer = await ask(new URL(path, statusUrl).href, "POST", 0, JSON.stringify(body));
  const { error } = answer as { readonly error?: string };
  if (error !== undefined) throw new Error(error);
  return answer;
}

/** @param timeout Milliseconds; 0 means no limit. */
function ask(url: string, method: "GET" | "POST", timeout: number, body?: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, timeout, agent: false }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      try {
        resolve(JSON.parse(text));
      } catch (error) {
        reject(error as Error);
      }
    });
    call.on("timeout", () => call.destroy(new Error("no answer")));
    call.on("error", reject);
    call.end(body);
  });
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}
