import type { ApiError } from "../api";

/** A request that cannot be fulfilled, as an HTTP status and one sentence. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 503,
    message: string,
    private readonly place?: Pick<ApiError, "line" | "column">,
  ) {
    super(message);
  }

  get body(): ApiError {
    return { message: this.message, ...this.place };
  }
}

/** @throws Refused 404 */
export function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Refused(404, `there is no ${what}`);
  return value;
}
