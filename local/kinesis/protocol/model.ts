import {
  boolean,
  eventStream,
  integer,
  lazyList,
  list,
  string,
  structure,
  timestamp,
  type WireValue,
} from "./shape";
import {
  childShardList,
  consumer,
  consumerArn,
  consumerDescription,
  consumerName,
  data,
  encryptionType,
  hashKey,
  keyId,
  maxRecordSizeInKiB,
  metricsNameList,
  millisBehindLatest,
  minimumThroughputBillingCommitmentInput,
  minimumThroughputBillingCommitmentOutput,
  naturalIntegerObject,
  nextToken,
  partitionKey,
  policy,
  positiveIntegerObject,
  putRecordsRequestEntry,
  putRecordsResultEntry,
  recordDistributionStrategy,
  recordList,
  resourceArn,
  retentionPeriodHours,
  sequenceNumber,
  shardCountObject,
  shardFilter,
  shardId,
  shardIterator,
  shardIteratorType,
  shardList,
  startingPosition,
  streamArn,
  streamDescription,
  streamDescriptionSummary,
  streamId,
  streamModeDetails,
  streamNameShape,
  streamSummary,
  subscribeToShardEvent,
  tagKey,
  tagKeyList,
  tagList,
  tagMap,
  warmThroughputObject,
} from "./shapes";

/** Output of the operations that return nothing. */
const nothing = undefined;

/** What names a stream. Its ARN and its id stand for its name. */
const stream = { StreamName: streamNameShape, StreamARN: streamArn, StreamId: streamId } as const;
const resource = { ResourceARN: resourceArn, StreamId: streamId } as const;
const consumerNames = {
  StreamARN: streamArn,
  ConsumerName: consumerName,
  ConsumerARN: consumerArn,
  StreamId: streamId,
} as const;

const enhancedMonitoring = {
  input: structure(
    {
      StreamName: streamNameShape,
      ShardLevelMetrics: metricsNameList,
      StreamARN: streamArn,
      StreamId: streamId,
    },
    ["ShardLevelMetrics"],
  ),
  output: structure({
    StreamName: streamNameShape,
    CurrentShardLevelMetrics: metricsNameList,
    DesiredShardLevelMetrics: metricsNameList,
    StreamARN: streamArn,
  }),
} as const;

const retention = {
  input: structure({ RetentionPeriodHours: retentionPeriodHours, ...stream }, ["RetentionPeriodHours"]),
  output: nothing,
} as const;

const encryption = {
  input: structure(
    {
      StreamName: streamNameShape,
      EncryptionType: encryptionType,
      KeyId: keyId,
      StreamARN: streamArn,
      StreamId: streamId,
    },
    ["EncryptionType", "KeyId"],
  ),
  output: nothing,
} as const;

/**
 * The operations of the Kinesis API, version 2013-12-02, with their inputs and outputs.
 *
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html
 */
export const operations = {
  AddTagsToStream: {
    input: structure({ Tags: tagMap, ...stream }, ["Tags"]),
    output: nothing,
  },
  CreateStream: {
    input: structure(
      {
        ShardCount: positiveIntegerObject,
        StreamName: streamNameShape,
        StreamModeDetails: streamModeDetails,
        Tags: tagMap,
        WarmThroughputMiBps: naturalIntegerObject,
        MaxRecordSizeInKiB: maxRecordSizeInKiB,
        RecordDistributionStrategy: recordDistributionStrategy,
      },
      ["StreamName"],
    ),
    output: nothing,
  },
  DecreaseStreamRetentionPeriod: retention,
  DeleteResourcePolicy: {
    input: structure(resource, ["ResourceARN"]),
    output: nothing,
  },
  DeleteStream: {
    input: structure({
      StreamName: streamNameShape,
      EnforceConsumerDeletion: boolean,
      StreamARN: streamArn,
      StreamId: streamId,
    }),
    output: nothing,
  },
  DeregisterStreamConsumer: {
    input: structure(consumerNames),
    output: nothing,
  },
  DescribeAccountSettings: {
    input: structure({}),
    output: structure({ MinimumThroughputBillingCommitment: minimumThroughputBillingCommitmentOutput }),
  },
  DescribeLimits: {
    input: structure({}),
    output: structure(
      {
        ShardLimit: shardCountObject,
        OpenShardCount: shardCountObject,
        OnDemandStreamCount: integer({ min: 0, max: 1000000 }),
        OnDemandStreamCountLimit: integer({ min: 0, max: 1000000 }),
      },
      ["ShardLimit", "OpenShardCount", "OnDemandStreamCount", "OnDemandStreamCountLimit"],
    ),
  },
  DescribeStream: {
    input: structure({ Limit: integer({ min: 1, max: 10000 }), ExclusiveStartShardId: shardId, ...stream }),
    output: structure({ StreamDescription: streamDescription }, ["StreamDescription"]),
  },
  DescribeStreamConsumer: {
    input: structure(consumerNames),
    output: structure({ ConsumerDescription: consumerDescription }, ["ConsumerDescription"]),
  },
  DescribeStreamSummary: {
    input: structure(stream),
    output: structure({ StreamDescriptionSummary: streamDescriptionSummary }, ["StreamDescriptionSummary"]),
  },
  DisableEnhancedMonitoring: enhancedMonitoring,
  EnableEnhancedMonitoring: enhancedMonitoring,
  GetRecords: {
    input: structure(
      {
        Limit: integer({ min: 1, max: 10000 }),
        ShardIterator: shardIterator,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["ShardIterator"],
    ),
    output: structure(
      {
        Records: recordList,
        NextShardIterator: shardIterator,
        MillisBehindLatest: millisBehindLatest,
        ChildShards: childShardList,
      },
      ["Records"],
    ),
  },
  GetResourcePolicy: {
    input: structure(resource, ["ResourceARN"]),
    output: structure({ Policy: policy }, ["Policy"]),
  },
  GetShardIterator: {
    input: structure(
      {
        ShardId: shardId,
        ShardIteratorType: shardIteratorType,
        StartingSequenceNumber: sequenceNumber,
        StreamName: streamNameShape,
        Timestamp: timestamp,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["ShardId", "ShardIteratorType"],
    ),
    output: structure({ ShardIterator: shardIterator }),
  },
  IncreaseStreamRetentionPeriod: retention,
  ListShards: {
    input: structure({
      ExclusiveStartShardId: shardId,
      MaxResults: integer({ min: 1, max: 10000 }),
      NextToken: nextToken,
      StreamCreationTimestamp: timestamp,
      StreamName: streamNameShape,
      ShardFilter: shardFilter,
      StreamARN: streamArn,
      StreamId: streamId,
    }),
    output: structure({ Shards: shardList, NextToken: nextToken }),
  },
  ListStreamConsumers: {
    input: structure(
      {
        StreamARN: streamArn,
        NextToken: nextToken,
        MaxResults: integer({ min: 1, max: 10000 }),
        StreamCreationTimestamp: timestamp,
        StreamId: streamId,
      },
      ["StreamARN"],
    ),
    output: structure({ Consumers: list(consumer), NextToken: nextToken }),
  },
  ListStreams: {
    input: structure({
      Limit: integer({ min: 1, max: 10000 }),
      ExclusiveStartStreamName: streamNameShape,
      NextToken: nextToken,
    }),
    output: structure(
      {
        StreamNames: list(streamNameShape),
        HasMoreStreams: boolean,
        NextToken: nextToken,
        StreamSummaries: list(streamSummary),
      },
      ["StreamNames", "HasMoreStreams"],
    ),
  },
  ListTagsForResource: {
    input: structure(resource, ["ResourceARN"]),
    output: structure({ Tags: tagList }),
  },
  ListTagsForStream: {
    input: structure({ Limit: integer({ min: 1, max: 50 }), ExclusiveStartTagKey: tagKey, ...stream }),
    output: structure({ Tags: tagList, HasMoreTags: boolean }, ["Tags", "HasMoreTags"]),
  },
  MergeShards: {
    input: structure({ ShardToMerge: shardId, AdjacentShardToMerge: shardId, ...stream }, [
      "ShardToMerge",
      "AdjacentShardToMerge",
    ]),
    output: nothing,
  },
  PutRecord: {
    input: structure(
      {
        SequenceNumberForOrdering: sequenceNumber,
        PartitionKey: partitionKey,
        ExplicitHashKey: hashKey,
        Data: data,
        ...stream,
      },
      ["Data", "PartitionKey"],
    ),
    output: structure({ ShardId: shardId, SequenceNumber: sequenceNumber, EncryptionType: encryptionType }, [
      "ShardId",
      "SequenceNumber",
    ]),
  },
  PutRecords: {
    input: structure({ Records: list(putRecordsRequestEntry, { min: 1, max: 500 }), ...stream }, ["Records"]),
    output: structure(
      {
        FailedRecordCount: positiveIntegerObject,
        Records: lazyList(putRecordsResultEntry),
        EncryptionType: encryptionType,
      },
      ["Records"],
    ),
  },
  PutResourcePolicy: {
    input: structure({ ...resource, Policy: policy }, ["ResourceARN", "Policy"]),
    output: nothing,
  },
  RegisterStreamConsumer: {
    input: structure({ StreamARN: streamArn, ConsumerName: consumerName, StreamId: streamId, Tags: tagMap }, [
      "StreamARN",
      "ConsumerName",
    ]),
    output: structure({ Consumer: consumer }, ["Consumer"]),
  },
  RemoveTagsFromStream: {
    input: structure({ TagKeys: tagKeyList, ...stream }, ["TagKeys"]),
    output: nothing,
  },
  SplitShard: {
    input: structure(
      {
        NewStartingHashKey: hashKey,
        StreamName: streamNameShape,
        ShardToSplit: shardId,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["ShardToSplit", "NewStartingHashKey"],
    ),
    output: nothing,
  },
  StartStreamEncryption: encryption,
  StopStreamEncryption: encryption,
  SubscribeToShard: {
    input: structure(
      { ConsumerARN: consumerArn, StreamId: streamId, ShardId: shardId, StartingPosition: startingPosition },
      ["ConsumerARN", "ShardId", "StartingPosition"],
    ),
    output: structure({ EventStream: eventStream(subscribeToShardEvent) }, ["EventStream"]),
  },
  TagResource: {
    input: structure({ Tags: tagMap, ...resource }, ["Tags", "ResourceARN"]),
    output: nothing,
  },
  UntagResource: {
    input: structure({ TagKeys: tagKeyList, ...resource }, ["TagKeys", "ResourceARN"]),
    output: nothing,
  },
  UpdateAccountSettings: {
    input: structure({ MinimumThroughputBillingCommitment: minimumThroughputBillingCommitmentInput }, [
      "MinimumThroughputBillingCommitment",
    ]),
    output: structure({ MinimumThroughputBillingCommitment: minimumThroughputBillingCommitmentOutput }),
  },
  UpdateMaxRecordSize: {
    input: structure({ StreamARN: streamArn, StreamId: streamId, MaxRecordSizeInKiB: maxRecordSizeInKiB }, [
      "MaxRecordSizeInKiB",
    ]),
    output: nothing,
  },
  UpdateShardCount: {
    input: structure(
      {
        StreamName: streamNameShape,
        TargetShardCount: positiveIntegerObject,
        ScalingType: string({ enum: ["UNIFORM_SCALING"] }),
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["TargetShardCount", "ScalingType"],
    ),
    output: structure({
      StreamName: streamNameShape,
      CurrentShardCount: positiveIntegerObject,
      TargetShardCount: positiveIntegerObject,
      StreamARN: streamArn,
    }),
  },
  UpdateStreamMode: {
    input: structure(
      {
        StreamARN: streamArn,
        StreamId: streamId,
        StreamModeDetails: streamModeDetails,
        WarmThroughputMiBps: naturalIntegerObject,
      },
      ["StreamARN", "StreamModeDetails"],
    ),
    output: nothing,
  },
  UpdateStreamWarmThroughput: {
    input: structure(
      {
        StreamARN: streamArn,
        StreamName: streamNameShape,
        StreamId: streamId,
        WarmThroughputMiBps: naturalIntegerObject,
      },
      ["WarmThroughputMiBps"],
    ),
    output: structure({
      StreamARN: streamArn,
      StreamName: streamNameShape,
      WarmThroughput: warmThroughputObject,
    }),
  },
  UpdateStreamRecordDistributionStrategy: {
    input: structure(
      { StreamARN: streamArn, StreamId: streamId, RecordDistributionStrategy: recordDistributionStrategy },
      ["StreamARN", "RecordDistributionStrategy"],
    ),
    output: nothing,
  },
} as const;

export type OperationName = keyof typeof operations;
export type Input<O extends OperationName> = WireValue<(typeof operations)[O]["input"]>;
export type Output<O extends OperationName> = (typeof operations)[O]["output"] extends undefined
  ? undefined
  : WireValue<(typeof operations)[O]["output"]>;

/**
 * Operations of AWS that are not available here, since they make no sense without the services that they deliver to.
 */
export const operationsElsewhere: readonly string[] = [
  "CreateChannel",
  "DeleteChannel",
  "DescribeChannel",
  "ListChannels",
  "UpdateChannel",
];
