import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

/**
 * A request as the SDK has signed it. It can be sent repeatedly, because neither our endpoint nor moto checks
 * signatures.
 */
export interface Prepared {
  readonly method: string;
  /** Path of the request. {@link NUMBER} in it is replaced by another number each time. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Path of the file that has the body. */
  readonly body: string;
}

/** A placeholder in a key for the number of the request. */
export const NUMBER = "NUMBER";

/** The work of a process that sends requests. */
export interface Load {
  readonly url: string;
  readonly call: Prepared;
  readonly times: number;
  /** Number of the first request. */
  readonly first: number;
  readonly atOnce: number;
  /**
   * Whether to request page after page until there is none, and to count rows. `times` then says how often all pages
   * are read, and `atOnce` is 1.
   */
  readonly pages?: boolean;
}

export interface Done {
  readonly seconds: number;
  /** Number of requests, or of rows if pages were requested. */
  readonly count: number;
}

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

class Recorded extends Error {
  constructor(readonly request: HttpRequest) {
    super("recorded");
  }
}

/** A request handler for a client of the SDK that records the request instead of sending it. */
export const recorder = {
  handle(request: HttpRequest): Promise<never> {
    return Promise.reject(new Recorded(request));
  },
};

let files = 0;

/**
 * Prepares a request.
 *
 * @param send Sends a command with a client whose handler is {@link recorder}.
 * @param folder Folder for the request's body.
 */
export async function prepare(send: () => Promise<unknown>, folder: string): Promise<Prepared> {
  const {
    method,
    path,
    query = {},
    headers,
    body,
  } = await send().then(
    () => Promise.reject(new Error("the request was sent")),
    (error) => (error instanceof Recorded ? error.request : Promise.reject(error)),
  );
  const search = new URLSearchParams(query as Record<string, string>).toString();
  const file = join(folder, `body-${files++}`);
  const bytes = body instanceof Readable ? await buffer(body) : Buffer.from((body ?? "") as string | Buffer);
  writeFileSync(file, bytes);
  // The body is sent in one piece with a known length, so it needs no transfer encoding.
  const { "transfer-encoding": _, ...rest } = headers;
  return {
    method,
    path: search === "" ? path : `${path}?${search}`,
    headers: { ...rest, "content-length": String(bytes.length) },
    body: file,
  };
}
