import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

interface Opened {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
}

/** Idle time after which DuckDB is closed. The two statements for an object are never this far apart. Milliseconds. */
const idleMilliseconds = 500;

/**
 * The DuckDB in which delivery streams convert records, one statement at a time. It holds no data between statements,
 * so that it can be replaced when it has failed for good. It is closed when it is idle, because DuckDB returns a
 * statement's memory to the system only then, and would otherwise keep about 10 MB more after each object.
 */
export class ConversionDatabase {
  private opened: Opened | undefined;
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param spill Folder for data that does not fit into memory.
   * @param abort Interrupts the statement that is running.
   */
  constructor(
    private readonly spill: string,
    private readonly abort: AbortSignal,
  ) {}

  /** @returns the rows of the result. */
  run(sql: string): Promise<readonly (readonly unknown[])[]> {
    clearTimeout(this.timer);
    this.waiting++;
    const run = this.queue.then(() => this.execute(sql));
    const end = () => this.rest();
    this.queue = run.then(end, end);
    return run;
  }

  /** Closes the database after the statement that is running. */
  async close(): Promise<void> {
    await this.queue;
    clearTimeout(this.timer);
    this.closeOpened();
  }

  private rest(): void {
    this.waiting--;
    if (this.waiting === 0) this.timer = setTimeout(() => this.closeOpened(), idleMilliseconds).unref();
  }

  private closeOpened(): void {
    this.opened?.connection.closeSync();
    this.opened?.instance.closeSync();
    this.opened = undefined;
  }

  private async execute(sql: string): Promise<readonly (readonly unknown[])[]> {
    this.abort.throwIfAborted();
    this.opened ??= await open(this.spill);
    const { connection } = this.opened;
    // The interrupt is repeated, because one that arrives before DuckDB has started the statement is lost.
    const timer = setInterval(() => this.abort.aborted && connection.interrupt(), 50);
    try {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowsJS();
    } catch (error) {
      // The caller decides whether to repeat the statement.
      if (isLost(error as Error)) this.opened = undefined;
      throw error;
    } finally {
      clearInterval(timer);
    }
  }
}

async function open(spill: string): Promise<Opened> {
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: "256MB",
    threads: "2",
    temp_directory: spill,
  });
  return { instance, connection: await instance.connect() };
}

/** Whether DuckDB will refuse all further statements after this error. */
function isLost({ message }: Error): boolean {
  return /^(FATAL|INTERNAL) Error|database has been invalidated|connection disconnected/i.test(message);
}
