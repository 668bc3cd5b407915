import { Account, type KinesisOptions } from "./account";
import { handlers } from "./operations";
import { settle } from "./operations/consumers";
import { limitExceeded } from "./protocol/errors";
import { type Input, type OperationName, type Output, operations } from "./protocol/model";
import { validate } from "./protocol/validate";
import { Bucket } from "./streams/rate";

/** Calls a second that AWS grants an account, per operation. */
const callLimits: Partial<Record<OperationName, number>> = {
  AddTagsToStream: 5,
  CreateStream: 5,
  DecreaseStreamRetentionPeriod: 5,
  DeleteStream: 5,
  DeregisterStreamConsumer: 5,
  DescribeAccountSettings: 5,
  DescribeLimits: 1,
  DescribeStream: 10,
  DescribeStreamConsumer: 20,
  DescribeStreamSummary: 20,
  IncreaseStreamRetentionPeriod: 5,
  ListShards: 1000,
  ListStreamConsumers: 5,
  ListStreams: 5,
  ListTagsForStream: 5,
  MergeShards: 5,
  RegisterStreamConsumer: 5,
  RemoveTagsFromStream: 5,
  SplitShard: 5,
  UpdateAccountSettings: 5,
  UpdateShardCount: 10,
  UpdateStreamWarmThroughput: 5,
};

/** Kinesis Data Streams of one account in one region, over a folder. */
export class Kinesis extends Account {
  private readonly calls = new Map<OperationName, Bucket>();

  /** @throws Error when the folder is in use, or damaged in what says which streams there are. */
  static open(options: KinesisOptions = {}): Kinesis {
    const kinesis = new Kinesis(options);
    for (const stream of kinesis.streams) {
      stream.resume();
      for (const consumer of stream.state.consumers) settle(kinesis, stream, consumer);
    }
    kinesis.trim();
    return kinesis;
  }

  /**
   * Carries out an operation, as a client's request does.
   *
   * @throws AwsError
   */
  async call<O extends OperationName>(
    operation: O,
    input: Input<O>,
    abort: AbortSignal = new AbortController().signal,
  ): Promise<Output<O>> {
    validate(operations[operation].input, input as Record<string, unknown>);
    if (this.enforceLimits) this.admitCall(operation);
    return handlers[operation](this, input, abort);
  }

  private admitCall(operation: OperationName): void {
    const limit = callLimits[operation];
    if (limit === undefined) return;
    const now = this.clock.now();
    let bucket = this.calls.get(operation);
    if (!bucket) {
      bucket = new Bucket(limit, now);
      this.calls.set(operation, bucket);
    }
    if (!bucket.has(1, now)) throw limitExceeded(`Rate exceeded for account ${this.accountId}.`);
    bucket.take(1);
  }
}
