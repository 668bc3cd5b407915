import { isObject, jsonValueOf } from "@streaming-data-lake/terraform/values";
import { z } from "zod";

/** An open window, with the state that the function has returned. */
export const openWindow = z.object({
  /** Start of the window. Milliseconds since 1970. */
  start: z.number(),
  state: z.record(z.string(), z.unknown()),
});
export type OpenWindow = z.infer<typeof openWindow>;

/** Largest state of a window. Bytes. */
const largestState = 1024 * 1024;

/** Time after the end of a window during which records of the window may still be read. Milliseconds. */
const grace = 1_000;

/**
 * The tumbling windows of one lane: which window a record belongs to, and the state that the function passes from one
 * invocation to the next.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export class TumblingWindows {
  constructor(
    private readonly seconds: number,
    /** The open window; undefined before the first record. */
    public open: OpenWindow | undefined,
  ) {}

  /** Start of the window that contains an arrival. Milliseconds since 1970. */
  startOf(arrival: number): number {
    const length = this.seconds * 1000;
    return Math.floor(arrival / length) * length;
  }

  /** When the open window must be closed even if no more records arrive; undefined when no window is open. */
  get deadline(): number | undefined {
    return this.open && this.open.start + this.seconds * 1000 + grace;
  }

  /** The fields of an event besides its records. */
  eventFields(shardId: string, streamArn: string, isFinal: boolean, isEarly = false): object {
    const { start = 0, state = {} } = this.open ?? {};
    const time = (at: number) => new Date(at).toISOString().replace(".000Z", "Z");
    return {
      window: { start: time(start), end: time(start + this.seconds * 1000) },
      state,
      shardId,
      eventSourceARN: streamArn,
      isFinalInvokeForWindow: isFinal,
      isWindowTerminatedEarly: isEarly,
    };
  }

  /**
   * Stores the state that a response contains.
   *
   * @returns false when the state is too large for Lambda, so that the window ends early.
   */
  take(payload: string): boolean {
    const response = jsonValueOf(payload);
    const state = isObject(response) && isObject(response.state) ? response.state : {};
    if (this.open) this.open = { ...this.open, state };
    return Buffer.byteLength(JSON.stringify(state)) <= largestState;
  }
}
