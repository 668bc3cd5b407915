import { close, read } from "node:fs";
import { promisify } from "node:util";
import type { Outgoing } from "@streaming-data-lake/kinesis";

const readFile = promisify(read);
const closeFile = promisify(close);

/** A range of an open file, as the body of a response. */
export class FilePart {
  /** @param end Offset of the last byte. */
  constructor(
    readonly file: number,
    readonly start: number,
    readonly end: number,
  ) {}
}

const bufferBytes = 256 * 1024;

/**
 * Sends a part of a file, ends the response and closes the file. Two buffers are used in turn: one is filled while the
 * other is sent. Allocating a buffer for each read, as a stream does, would take four times as long as the transfer.
 *
 * @throws Error when the client disconnects or the file cannot be read. The response is then aborted.
 */
export async function sendFile({ file, start, end }: FilePart, outgoing: Outgoing): Promise<void> {
  const [first, second] = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)];
  try {
    let sent = Promise.resolve();
    let [buffer, other] = [first, second];
    for (let at = start; at <= end; [buffer, other] = [other, buffer]) {
      const { bytesRead } = await readFile(file, buffer, 0, Math.min(bufferBytes, end + 1 - at), at);
      if (bytesRead === 0) throw new Error("the file is shorter than it was");
      at += bytesRead;
      await sent;
      sent = write(outgoing, buffer.subarray(0, bytesRead));
      // The next iteration awaits it. Until then, this handler avoids an unhandled rejection.
      sent.catch(() => {});
    }
    await sent;
    outgoing.end();
  } catch (error) {
    outgoing.destroy();
    throw error;
  } finally {
    await closeFile(file);
  }
}

function write(outgoing: Outgoing, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const left = () => reject(new Error("the client has gone"));
    outgoing.once("close", left);
    (outgoing as NodeJS.WritableStream).write(bytes, (error) => {
      outgoing.off("close", left);
      if (error) reject(error);
      else resolve();
    });
  });
}
