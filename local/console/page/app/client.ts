import { EventSourceParserStream } from "eventsource-parser/stream";
import type { ApiError } from "../../api";
import { token } from "./session";

/** An error that the server answered, with the server's message. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: ApiError,
  ) {
    super(problem.message);
  }
}

/**
 * @param path Path below `/api`, with its query string. @throws {Refusal} when the server answers with an error.
 * @throws {TypeError} when the server cannot be reached.
 */
async function call(
  method: string,
  path: string,
  body?: Blob | string,
  signal?: AbortSignal,
): Promise<Response> {
  const answer = await fetch(`/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token()}`,
      ...(typeof body === "string" ? { "content-type": "application/json" } : {}),
    },
    body,
    signal,
  });
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => undefined)) as ApiError | undefined;
  throw new Refusal(answer.status, problem ?? { message: `${answer.status} ${answer.statusText}` });
}

export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  (await call("GET", path, undefined, signal)).json() as Promise<T>;

export const post = async <T>(path: string, body: unknown = {}): Promise<T> =>
  (await call("POST", path, JSON.stringify(body))).json() as Promise<T>;

export const postBytes = async <T>(path: string, body: Blob): Promise<T> =>
  (await call("POST", path, body)).json() as Promise<T>;

export const put = async <T>(path: string, body: unknown): Promise<T> =>
  (await call("PUT", path, JSON.stringify(body))).json() as Promise<T>;

export const remove = async (path: string): Promise<void> => {
  await call("DELETE", path);
};

/** Saves an answer as a file. A plain link could not carry the token. */
export async function download(path: string, name: string): Promise<void> {
  const url = URL.createObjectURL(await (await call("GET", path)).blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Yields server-sent events until the server or the signal ends them. `EventSource` could not carry the token. */
export async function* readEvents<T>(path: string, signal: AbortSignal): AsyncGenerator<T> {
  const { body } = await call("GET", path, undefined, signal);
  if (body === null) return;
  const parsed = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  const reader = parsed.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const value = JSON.parse(next.value.data);
      // The server reports why it cannot continue.
      if (next.value.event === "failure") throw new Error(value.message);
      yield value as T;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** A query string of the parameters that are set. */
export function queryString(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const set = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
