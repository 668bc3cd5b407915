import { isObject } from "@streaming-data-lake/terraform/values";
import { z } from "zod";

/** A window that is open, and what the function has returned as its state. */
export const openWindow = z.object({
  /** Milliseconds since 1970. */
  start: z.number(),
  state: z.record(z.string(), z.unknown()),
});
export type OpenWindow = z.infer<typeof openWindow>;

/** Of a window's state, in bytes. */
const largestState = 1024 * 1024;

/** Records may come in so much later than they arrived. Milliseconds. */
const grace = 1_000;

/**
 * The tumbling windows of one line of records: which window a record is in, and the state that the function hands from
 * one invocation to the next.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export class TumblingWindows {
  constructor(
    private readonly seconds: number,
    /** The one that is open; undefined before the first record. */
    public open: OpenWindow | undefined,
  ) {}

  /** The begin of the window that an arrival is in. Milliseconds since 1970. */
  startOf(arrival: number): number {
    const length = this.seconds * 1000;
    return Math.floor(arrival / length) * length;
  }

  /** When the open window is over, also if no record comes any more; undefined when none is open. */
  get deadline(): number | undefined {
    return this.open && this.open.start + this.seconds * 1000 + grace;
  }

  /** What an event has beside its records. */
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
   * Takes the state that a response holds.
   *
   * @returns false when it is larger than Lambda keeps: the window ends early.
   */
  take(payload: string): boolean {
    let response: unknown;
    try {
      response = JSON.parse(payload);
    } catch {
      response = undefined;
    }
    const state = isObject(response) && isObject(response.state) ? response.state : {};
    if (this.open) this.open = { ...this.open, state };
    return Buffer.byteLength(JSON.stringify(state)) <= largestState;
  }
}
