import type { IncomingMessage, ServerResponse } from "node:http";
import type { ScheduleRun } from "@streaming-data-lake/lake";
import type { CountedCall } from "./access/usage-file";
import type { Counters } from "./counters";
import { type LoopbackServer, startLoopbackServer } from "./loopback-server";
import type { RollupOptions } from "./schedules";

/** The state and the counters of a runner. `status --json` prints them. */
export interface RunnerStatus extends Counters {
  readonly pid: number;
  /** The runner's folder. */
  readonly dir: string;
  /** The calls that were made in roles' names, and how often. */
  readonly calls: readonly CountedCall[];
}

export interface StatusOptions {
  readonly status: () => unknown;
  /** Writes the delivery streams' buffers. */
  readonly flush: () => Promise<void>;
  /** Runs the scheduled queries now. */
  readonly rollup: (times: RollupOptions) => Promise<readonly ScheduleRun[]>;
  readonly onLost: (error: Error) => void;
}

/** The body of `POST /rollup`. */
export interface RollupRequest {
  /** Hours to run for, in ISO 8601. @default - the time of each schedule's last run */
  readonly hours?: readonly string[] | undefined;
}

/**
 * Serves the status as JSON on a free loopback port. `POST /flush` writes the buffers before it answers, and
 * `POST /rollup` runs the scheduled queries and answers with their results.
 */
export function serveStatus({ status, flush, rollup, onLost }: StatusOptions): Promise<LoopbackServer> {
  const posted: Readonly<Record<string, (body: string) => Promise<unknown>>> = {
    "/flush": () => flush().then(status),
    "/rollup": (body) => {
      const { hours } = JSON.parse(body) as RollupRequest;
      return rollup(hours ? { hours: hours.map((hour) => new Date(hour)) } : {});
    },
  };
  return startLoopbackServer({
    onLost,
    onRequest: async (request, response) => {
      const body = await bodyOf(request);
      const action = request.method === "POST" ? posted[request.url ?? ""] : undefined;
      if (!action) return answer(response, 200, status());
      try {
        answer(response, 200, await action(body));
      } catch (error) {
        answer(response, 500, { error: (error as Error).message });
      }
    },
  });
}

const maxBodyBytes = 1024 * 1024;

/** The text of a request's body; "" for a body that is too large or incomplete. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  try {
    for await (const chunk of request) {
      body += chunk;
      if (body.length > maxBodyBytes) return "";
    }
    return body;
  } catch {
    return "";
  }
}

function answer(response: ServerResponse, code: number, body: unknown): void {
  response.statusCode = code;
  response.setHeader("Content-Type", "application/json");
  response.end(jsonOf(body));
}

/** A value as JSON. Maps are written as objects. */
export const jsonOf = (body: unknown): string => JSON.stringify(body, plainMaps);

function plainMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
