import type { Call, Caller } from "@streaming-data-lake/iam";
import type { KinesisStream, Stack } from "@streaming-data-lake/terraform/types";
import { type Fetch, type ShardParents, StreamSource } from "../stream/stream-source";
import { actionsOn, type Place, readerKeyActions, useKey } from "./calls";
import { AccessDenied, type Authorize } from "./control";

/** The calls that a reader of a stream makes. */
export interface ReaderCalls {
  /** The calls that find the shards, before reading begins. */
  readonly list: readonly Call[];
  /** The calls that read records, each time. */
  readonly fetch: readonly Call[];
}

/** The calls that decrypt records: https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html */
export function decryptRecords(place: Place, caller: Caller, stream: KinesisStream): Call[] {
  return useRecordKey(place, caller, stream, readerKeyActions);
}

function useRecordKey(
  place: Place,
  caller: Caller,
  { arn, kmsKeyArn }: KinesisStream,
  actions: readonly string[],
): Call[] {
  return useKey(place, caller, kmsKeyArn, actions, {
    via: "kinesis",
    encryptionContext: { "aws:kinesis:arn": arn },
  });
}

/**
 * The calls for an operation on a stream or its records, including those for the stream's key.
 *
 * @param resource ARN of the stream or of its consumer.
 */
export function streamCalls(
  stack: Place & Pick<Stack, "streams">,
  caller: Caller,
  operation: string,
  resource: string,
): Call[] {
  const stream = stack.streams.find(({ arn }) => arn === resource.replace(/\/consumer\/.*$/, ""));
  return [
    ...actionsOn(caller, resource, [`kinesis:${operation}`]),
    ...(stream ? recordKeyCalls(stack, caller, stream, operation) : []),
  ];
}

/** https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html */
function recordKeyCalls(place: Place, caller: Caller, stream: KinesisStream, operation: string): Call[] {
  if (operation === "GetRecords" || operation === "SubscribeToShard")
    return decryptRecords(place, caller, stream);
  if (operation !== "PutRecord" && operation !== "PutRecords") return [];
  return useRecordKey(place, caller, stream, ["kms:GenerateDataKey"]);
}

/** A stream that a service reads in a role's name. Every call is checked before it is made. */
export class AuthorizedSource extends StreamSource {
  override readonly arrivals: StreamSource["arrivals"];

  constructor(
    private readonly source: StreamSource,
    private readonly authorize: Authorize,
    private readonly calls: ReaderCalls,
    /** Says what the reader can't do because of a denial, in its service's words. */
    private readonly problemOf: (denied: Call) => string,
  ) {
    super(source.name);
    this.arrivals = source.arrivals;
  }

  get pauseMilliseconds(): number {
    return this.source.pauseMilliseconds;
  }

  async listShards(): Promise<readonly ShardParents[]> {
    this.check(this.calls.list);
    return this.source.listShards();
  }

  override async fetch(shardId: string, after: string | undefined): Promise<Fetch> {
    this.check(this.calls.fetch);
    return this.source.fetch(shardId, after);
  }

  private check(calls: readonly Call[]): void {
    try {
      this.authorize(...calls);
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      throw new AccessDenied(error.call, error.decision, this.problemOf(error.call));
    }
  }

  /** Only `fetch` is used. The source keeps fetched records for the other consumers, so nothing is kept here. */
  protected read(shardId: string, after: string | undefined): Promise<Fetch> {
    return this.source.fetch(shardId, after);
  }
}
