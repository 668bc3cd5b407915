import type { Context } from "hono";

/** Something is sent at least so often, so that a reader that has left is noticed. Milliseconds. */
const heartbeat = 15_000;

/**
 * Answers with server-sent events until the reader leaves or `ended` is aborted. The next value is asked for when the one
 * before is on its way, so that a slow reader holds nobody up and fills no memory.
 *
 * @param next The next value; undefined when there is none, and the answer ends. It is to listen to its signal.
 */
export function sendEvents(
  context: Context,
  event: string,
  ended: AbortSignal,
  next: (signal: AbortSignal) => Promise<object | undefined>,
): Response {
  const gone = new AbortController();
  const signal = AbortSignal.any([ended, gone.signal]);
  let value: Promise<object | undefined> | undefined;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      value ??= next(signal);
      try {
        const given = await inTime(value, heartbeat);
        if (given === undefined || signal.aborted) return controller.close();
        if (given === stillWaiting) return controller.enqueue(bytes.encode(": \n\n"));
        value = undefined;
        controller.enqueue(frameOf(event, given));
      } catch (error) {
        if (!signal.aborted) {
          const { message } = error as Error;
          controller.enqueue(bytes.encode(`event: failure\ndata: ${JSON.stringify({ message })}\n\n`));
        }
        controller.close();
      }
    },
    cancel: () => gone.abort(),
  });
  return context.body(body, 200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
}

const bytes = new TextEncoder();
const frames = new WeakMap<object, Uint8Array>();

/** A value that is sent to several readers is made into bytes once. */
function frameOf(event: string, value: object): Uint8Array {
  const known = frames.get(value);
  if (known) return known;
  const frame = bytes.encode(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`);
  frames.set(value, frame);
  return frame;
}

const stillWaiting = Symbol("still waiting");

async function inTime<Value>(
  value: Promise<Value>,
  milliseconds: number,
): Promise<Value | typeof stillWaiting> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof stillWaiting>((resolve) => {
    timer = setTimeout(() => resolve(stillWaiting), milliseconds);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
