import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

interface Opened {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
}

/**
 * The DuckDB in which delivery streams convert, one statement at a time. It holds nothing between two statements, so
 * that one which has failed for good is replaced by another.
 */
export class Database {
  private opened: Opened | undefined;
  private queue: Promise<void> = Promise.resolve();

  /**
   * @param spill Folder for what does not fit into memory.
   * @param abort Interrupts the statement that is under way.
   */
  constructor(
    private readonly spill: string,
    private readonly abort: AbortSignal,
  ) {}

  /** @returns the rows of its answer. */
  run(sql: string): Promise<readonly (readonly unknown[])[]> {
    const run = this.queue.then(() => this.execute(sql));
    this.queue = run.then(
      () => {},
      () => {},
    );
    return run;
  }

  /** Ends it when the statement under way has ended. */
  async close(): Promise<void> {
    await this.queue;
    this.opened?.connection.closeSync();
    this.opened?.instance.closeSync();
    this.opened = undefined;
  }

  private async execute(sql: string): Promise<readonly (readonly unknown[])[]> {
    this.abort.throwIfAborted();
    this.opened ??= await open(this.spill);
    const { connection } = this.opened;
    // An interrupt that comes before DuckDB has begun is lost.
    const timer = setInterval(() => this.abort.aborted && connection.interrupt(), 50);
    try {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowsJS();
    } catch (error) {
      // The statement is its caller's to repeat.
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

/** After these DuckDB refuses every further statement. */
function isLost({ message }: Error): boolean {
  return /^(FATAL|INTERNAL) Error|database has been invalidated|connection disconnected/i.test(message);
}
