import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

/** A request as the SDK has signed it. Neither our endpoint nor moto checks a signature, so that it may be sent again. */
export interface Prepared {
  readonly method: string;
  /** With {@link NUMBER} where a number comes each time. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Path of a file. */
  readonly body: string;
}

/** Stands in a key for the number of the request. */
export const NUMBER = "NUMBER";

/** What a process of requests is to do. */
export interface Load {
  readonly url: string;
  readonly call: Prepared;
  readonly times: number;
  readonly atOnce: number;
  /** Asks for the next page until there is none, and counts rows: `times` and `atOnce` are one. */
  readonly pages?: boolean;
}

export interface Done {
  readonly seconds: number;
  /** Requests, or rows of pages. */
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

/** A request handler for a client of the SDK that sends nothing. */
export const recorder = {
  handle(request: HttpRequest): Promise<never> {
    return Promise.reject(new Recorded(request));
  },
};

let files = 0;

/** @param send Sends a command with a client whose handler is {@link recorder}. @param folder For the bodies. */
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
  // In one piece, whose length is known.
  const { "transfer-encoding": _, ...rest } = headers;
  return {
    method,
    path: search === "" ? path : `${path}?${search}`,
    headers: { ...rest, "content-length": String(bytes.length) },
    body: file,
  };
}
