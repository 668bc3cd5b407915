/** What is smaller comes from Node's own pool or is had quickly. */
const smallest = 16 * 1024;
/** What is larger is too seldom to be kept. */
const largest = 8 * 1024 * 1024;
/** Of all that wait to be used again. */
const mostKept = 32 * 1024 * 1024;

/**
 * Large buffers that are used again. The system gives a new one page by page, and V8 counts it as a reason to collect
 * garbage; both take longer than what a request does with it.
 */
class Buffers {
  private readonly free = new Map<number, Buffer[]>();
  private readonly lent = new WeakSet<ArrayBufferLike>();
  private keptBytes = 0;

  /** A buffer that is at least so long, with anything in it. One that is not given back is left to the garbage collection. */
  take(length: number): Buffer {
    if (length <= smallest || length > largest) return Buffer.allocUnsafe(length);
    const size = 2 ** Math.ceil(Math.log2(length));
    const free = this.free.get(size)?.pop();
    if (free) this.keptBytes -= size;
    const buffer = free ?? Buffer.allocUnsafeSlow(size);
    this.lent.add(buffer.buffer);
    return buffer;
  }

  /** Takes back a buffer, or the one that this is a part of. Nobody may have any use for it any more. */
  give({ buffer }: Uint8Array): void {
    const size = buffer.byteLength;
    if (!this.lent.delete(buffer) || this.keptBytes + size > mostKept) return;
    this.keptBytes += size;
    const free = this.free.get(size);
    if (free) free.push(Buffer.from(buffer));
    else this.free.set(size, [Buffer.from(buffer)]);
  }
}

export const buffers = new Buffers();
