import { KinesisError } from "@streaming-data-lake/kinesis";
import { Signal } from "@streaming-data-lake/timing";

/**
 * The faults that can be simulated while a runner runs, with what happens or what the service answers. Each looks as it
 * does on AWS.
 *
 * A fault affects all resources of its kind, because the stacks that are tested with faults have one of each kind.
 */
export const faults = {
  "shard-throttled": "ProvisionedThroughputExceededException: each shard takes one record a second",
  "clock-skewed": "the stream's clock is ten minutes slow: records get a time ten minutes ago",
  "function-throttled": "TooManyRequestsException: Rate Exceeded.",
  "function-failing": "the function ends every invocation with an error",
  "function-slow": "invocations take nine tenths of the function's timeout",
  "function-out-of-time": "the time of each batch's first invocation is up as soon as it has begun",
  "mapping-behind": "the function gets records ten minutes after they came",
  "mapping-disabled": "the event source mapping is disabled",
  "function-read-denied": "AccessDeniedException: the function's role may not read the stream",
  "delivery-read-denied": "AccessDeniedException: the delivery stream's role may not read the stream",
  "delivery-behind": "the delivery stream reads records ten minutes after they came",
  "delivery-write-denied": "AccessDenied: the delivery stream's role may not write to the bucket",
  "queue-write-denied": "AccessDenied: the function's role may not send to the queue",
  /** The key is assumed to encrypt the stream, the bucket and the queue, so producers are refused as well. */
  "key-disabled": "KMSDisabledException: the key is disabled",
  "query-failing": "the scheduled query fails",
  "query-start-refused": "AccessDeniedException: the schedule's role may not start the query",
  "schedule-disabled": "the schedule is disabled",
} as const;

export type Fault = keyof typeof faults;

/** How far a fault makes a reader or a clock fall behind. Milliseconds. */
const behind = 600_000;
/** Interval at which the clock is read. It is short, because tests may replace the clock. Milliseconds. */
const clockLook = 10;

/** The faults of one runner, which tests and tools begin and end. Nothing fails before a fault is begun. */
export class Faults {
  private readonly begun = new Set<Fault>();
  private readonly changed = new Signal();

  constructor(private readonly onTrouble: (message: string) => void = () => {}) {}

  /** The faults that have begun and not ended. */
  get active(): readonly Fault[] {
    return [...this.begun];
  }

  begin(fault: Fault): void {
    this.begun.add(fault);
    this.changed.notify();
  }

  end(fault: Fault): void {
    this.begun.delete(fault);
    this.changed.notify();
  }

  /** The time by the streams' clock. Milliseconds since 1970. */
  streamTime(): number {
    return Date.now() - (this.begun.has("clock-skewed") ? behind : 0);
  }

  /** The first of these faults that is active. */
  first(...kinds: readonly Fault[]): Fault | undefined {
    return kinds.find((kind) => this.begun.has(kind));
  }

  /** @throws AwsError while one of these faults is active. */
  check(...kinds: readonly Fault[]): void {
    const fault = this.first(...kinds);
    if (fault) throw errorOf(fault);
  }

  /**
   * Resolves when a record may be read: at once, or ten minutes after its arrival while the fault is active.
   *
   * @param arrival When the record arrived. Milliseconds since 1970.
   */
  async delayed(fault: Fault, arrival: number, abort: AbortSignal): Promise<void> {
    while (this.begun.has(fault) && Date.now() < arrival + behind && !abort.aborted)
      await this.changed.next(clockLook, abort);
  }

  /** Resolves when none of these faults is active, or when it is aborted. @param what What fails, for the messages. */
  async over(what: string, abort: AbortSignal, ...kinds: readonly Fault[]): Promise<void> {
    const fault = this.first(...kinds);
    if (!fault) return;
    this.onTrouble(`${what}: ${faults[fault]}; trying again`);
    while (this.first(...kinds) && !abort.aborted) await this.changed.next(undefined, abort);
    if (!abort.aborted) this.onTrouble(`${what}: that is over, it goes on`);
  }
}

function errorOf(fault: Fault): KinesisError {
  const [, code = "AccessDeniedException", message = faults[fault]] =
    /^(\w+): (.*)$/.exec(faults[fault]) ?? [];
  return new KinesisError(code, message);
}
