/** Buffers up to this size are not kept, since Node allocates them quickly. Bytes. */
const smallest = 16 * 1024;
/** Buffers above this size are not kept, since they are needed too rarely. Bytes. */
const largest = 8 * 1024 * 1024;
/** Largest total size of the buffers that are kept for reuse. Bytes. */
const mostKept = 32 * 1024 * 1024;

/**
 * A pool of large buffers for reuse. The system maps the memory of a new buffer page by page, and V8 counts it towards
 * the next garbage collection; both take longer than the work that a request does with the buffer.
 */
class Buffers {
  private readonly free = new Map<number, Buffer[]>();
  private readonly lent = new WeakSet<ArrayBufferLike>();
  private keptBytes = 0;

  /**
   * Takes a buffer of at least the given length. Its contents are undefined. A buffer that is never given back is
   * garbage-collected.
   */
  take(length: number): Buffer {
    if (length <= smallest || length > largest) return Buffer.allocUnsafe(length);
    const size = 2 ** Math.ceil(Math.log2(length));
    const free = this.free.get(size)?.pop();
    if (free) this.keptBytes -= size;
    const buffer = free ?? Buffer.allocUnsafeSlow(size);
    this.lent.add(buffer.buffer);
    return buffer;
  }

  /**
   * Returns a buffer, or the buffer that this array is a view of, to the pool. The caller must not use it afterwards.
   */
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
