import type { Context } from "hono";

/** Longest time without an event, so that a reader that has gone is noticed. Milliseconds. */
const heartbeat = 15_000;

/**
 * Answers with server-sent events until the reader leaves or `ended` is aborted. The next value is requested once the
 * previous one has been written, so that a slow reader neither delays others nor fills memory.
 *
 * @param next Returns the next value, or undefined at the end of the events. It must stop when its signal is aborted.
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

/** Serializes a value only once, even if it is sent to several readers. */
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
