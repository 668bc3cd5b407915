import { boolean, eventStream, structure, timestamp, type Value } from "./shape";
import {
  childShardList,
  consumer,
  consumerArn,
  consumerDescription,
  consumerList,
  consumerName,
  data,
  describeStreamInputLimit,
  encryptionType,
  getRecordsInputLimit,
  hashKey,
  keyId,
  listShardsInputLimit,
  listStreamConsumersInputLimit,
  listStreamsInputLimit,
  listTagsForStreamInputLimit,
  maxRecordSizeInKiB,
  metricsNameList,
  millisBehindLatest,
  minimumThroughputBillingCommitmentInput,
  minimumThroughputBillingCommitmentOutput,
  naturalIntegerObject,
  nextToken,
  onDemandStreamCountLimitObject,
  onDemandStreamCountObject,
  partitionKey,
  policy,
  positiveIntegerObject,
  putRecordsRequestEntryList,
  putRecordsResultEntryList,
  recordDistributionStrategy,
  recordList,
  resourceArn,
  retentionPeriodHours,
  scalingType,
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
  streamName,
  streamNameList,
  streamSummaryList,
  subscribeToShardEvent,
  tagKey,
  tagKeyList,
  tagList,
  tagMap,
  warmThroughputObject,
} from "./shapes";

/** Output of the operations that return nothing. */
const nothing = undefined;

/**
 * The operations of the Kinesis API, version 2013-12-02, with their inputs and outputs.
 *
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html
 */
export const operations = {
  AddTagsToStream: {
    input: structure({ Tags: tagMap, StreamName: streamName, StreamARN: streamArn, StreamId: streamId }, [
      "Tags",
    ]),
    output: nothing,
  },
  CreateStream: {
    input: structure(
      {
        ShardCount: positiveIntegerObject,
        StreamName: streamName,
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
  DecreaseStreamRetentionPeriod: {
    input: structure(
      {
        RetentionPeriodHours: retentionPeriodHours,
        StreamName: streamName,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["RetentionPeriodHours"],
    ),
    output: nothing,
  },
  DeleteResourcePolicy: {
    input: structure({ ResourceARN: resourceArn, StreamId: streamId }, ["ResourceARN"]),
    output: nothing,
  },
  DeleteStream: {
    input: structure({
      StreamName: streamName,
      EnforceConsumerDeletion: boolean,
      StreamARN: streamArn,
      StreamId: streamId,
    }),
    output: nothing,
  },
  DeregisterStreamConsumer: {
    input: structure({
      StreamARN: streamArn,
      ConsumerName: consumerName,
      ConsumerARN: consumerArn,
      StreamId: streamId,
    }),
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
        OnDemandStreamCount: onDemandStreamCountObject,
        OnDemandStreamCountLimit: onDemandStreamCountLimitObject,
      },
      ["ShardLimit", "OpenShardCount", "OnDemandStreamCount", "OnDemandStreamCountLimit"],
    ),
  },
  DescribeStream: {
    input: structure({
      Limit: describeStreamInputLimit,
      ExclusiveStartShardId: shardId,
      StreamName: streamName,
      StreamARN: streamArn,
      StreamId: streamId,
    }),
    output: structure({ StreamDescription: streamDescription }, ["StreamDescription"]),
  },
  DescribeStreamConsumer: {
    input: structure({
      StreamARN: streamArn,
      ConsumerName: consumerName,
      ConsumerARN: consumerArn,
      StreamId: streamId,
    }),
    output: structure({ ConsumerDescription: consumerDescription }, ["ConsumerDescription"]),
  },
  DescribeStreamSummary: {
    input: structure({ StreamName: streamName, StreamARN: streamArn, StreamId: streamId }),
    output: structure({ StreamDescriptionSummary: streamDescriptionSummary }, ["StreamDescriptionSummary"]),
  },
  DisableEnhancedMonitoring: {
    input: structure(
      {
        StreamName: streamName,
        ShardLevelMetrics: metricsNameList,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["ShardLevelMetrics"],
    ),
    output: structure({
      StreamName: streamName,
      CurrentShardLevelMetrics: metricsNameList,
      DesiredShardLevelMetrics: metricsNameList,
      StreamARN: streamArn,
    }),
  },
  EnableEnhancedMonitoring: {
    input: structure(
      {
        StreamName: streamName,
        ShardLevelMetrics: metricsNameList,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["ShardLevelMetrics"],
    ),
    output: structure({
      StreamName: streamName,
      CurrentShardLevelMetrics: metricsNameList,
      DesiredShardLevelMetrics: metricsNameList,
      StreamARN: streamArn,
    }),
  },
  GetRecords: {
    input: structure(
      { Limit: getRecordsInputLimit, ShardIterator: shardIterator, StreamARN: streamArn, StreamId: streamId },
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
    input: structure({ ResourceARN: resourceArn, StreamId: streamId }, ["ResourceARN"]),
    output: structure({ Policy: policy }, ["Policy"]),
  },
  GetShardIterator: {
    input: structure(
      {
        ShardId: shardId,
        ShardIteratorType: shardIteratorType,
        StartingSequenceNumber: sequenceNumber,
        StreamName: streamName,
        Timestamp: timestamp,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["ShardId", "ShardIteratorType"],
    ),
    output: structure({ ShardIterator: shardIterator }),
  },
  IncreaseStreamRetentionPeriod: {
    input: structure(
      {
        RetentionPeriodHours: retentionPeriodHours,
        StreamName: streamName,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["RetentionPeriodHours"],
    ),
    output: nothing,
  },
  ListShards: {
    input: structure({
      ExclusiveStartShardId: shardId,
      MaxResults: listShardsInputLimit,
      NextToken: nextToken,
      StreamCreationTimestamp: timestamp,
      StreamName: streamName,
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
        MaxResults: listStreamConsumersInputLimit,
        StreamCreationTimestamp: timestamp,
        StreamId: streamId,
      },
      ["StreamARN"],
    ),
    output: structure({ Consumers: consumerList, NextToken: nextToken }),
  },
  ListStreams: {
    input: structure({
      Limit: listStreamsInputLimit,
      ExclusiveStartStreamName: streamName,
      NextToken: nextToken,
    }),
    output: structure(
      {
        StreamNames: streamNameList,
        HasMoreStreams: boolean,
        NextToken: nextToken,
        StreamSummaries: streamSummaryList,
      },
      ["StreamNames", "HasMoreStreams"],
    ),
  },
  ListTagsForResource: {
    input: structure({ ResourceARN: resourceArn, StreamId: streamId }, ["ResourceARN"]),
    output: structure({ Tags: tagList }),
  },
  ListTagsForStream: {
    input: structure({
      Limit: listTagsForStreamInputLimit,
      ExclusiveStartTagKey: tagKey,
      StreamName: streamName,
      StreamARN: streamArn,
      StreamId: streamId,
    }),
    output: structure({ Tags: tagList, HasMoreTags: boolean }, ["Tags", "HasMoreTags"]),
  },
  MergeShards: {
    input: structure(
      {
        ShardToMerge: shardId,
        AdjacentShardToMerge: shardId,
        StreamName: streamName,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["ShardToMerge", "AdjacentShardToMerge"],
    ),
    output: nothing,
  },
  PutRecord: {
    input: structure(
      {
        SequenceNumberForOrdering: sequenceNumber,
        PartitionKey: partitionKey,
        ExplicitHashKey: hashKey,
        Data: data,
        StreamName: streamName,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["Data", "PartitionKey"],
    ),
    output: structure({ ShardId: shardId, SequenceNumber: sequenceNumber, EncryptionType: encryptionType }, [
      "ShardId",
      "SequenceNumber",
    ]),
  },
  PutRecords: {
    input: structure(
      {
        Records: putRecordsRequestEntryList,
        StreamName: streamName,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["Records"],
    ),
    output: structure(
      {
        FailedRecordCount: positiveIntegerObject,
        Records: putRecordsResultEntryList,
        EncryptionType: encryptionType,
      },
      ["Records"],
    ),
  },
  PutResourcePolicy: {
    input: structure({ ResourceARN: resourceArn, StreamId: streamId, Policy: policy }, [
      "ResourceARN",
      "Policy",
    ]),
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
    input: structure(
      { TagKeys: tagKeyList, StreamName: streamName, StreamARN: streamArn, StreamId: streamId },
      ["TagKeys"],
    ),
    output: nothing,
  },
  SplitShard: {
    input: structure(
      {
        NewStartingHashKey: hashKey,
        StreamName: streamName,
        ShardToSplit: shardId,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["ShardToSplit", "NewStartingHashKey"],
    ),
    output: nothing,
  },
  StartStreamEncryption: {
    input: structure(
      {
        StreamName: streamName,
        EncryptionType: encryptionType,
        KeyId: keyId,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["EncryptionType", "KeyId"],
    ),
    output: nothing,
  },
  StopStreamEncryption: {
    input: structure(
      {
        StreamName: streamName,
        EncryptionType: encryptionType,
        KeyId: keyId,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["EncryptionType", "KeyId"],
    ),
    output: nothing,
  },
  SubscribeToShard: {
    input: structure(
      { ConsumerARN: consumerArn, StreamId: streamId, ShardId: shardId, StartingPosition: startingPosition },
      ["ConsumerARN", "ShardId", "StartingPosition"],
    ),
    output: structure({ EventStream: eventStream(subscribeToShardEvent) }, ["EventStream"]),
  },
  TagResource: {
    input: structure({ Tags: tagMap, ResourceARN: resourceArn, StreamId: streamId }, ["Tags", "ResourceARN"]),
    output: nothing,
  },
  UntagResource: {
    input: structure({ TagKeys: tagKeyList, ResourceARN: resourceArn, StreamId: streamId }, [
      "TagKeys",
      "ResourceARN",
    ]),
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
        StreamName: streamName,
        TargetShardCount: positiveIntegerObject,
        ScalingType: scalingType,
        StreamARN: streamArn,
        StreamId: streamId,
      },
      ["TargetShardCount", "ScalingType"],
    ),
    output: structure({
      StreamName: streamName,
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
        StreamName: streamName,
        StreamId: streamId,
        WarmThroughputMiBps: naturalIntegerObject,
      },
      ["WarmThroughputMiBps"],
    ),
    output: structure({ StreamARN: streamArn, StreamName: streamName, WarmThroughput: warmThroughputObject }),
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
export type Input<O extends OperationName> = Value<(typeof operations)[O]["input"]>;
export type Output<O extends OperationName> = (typeof operations)[O]["output"] extends undefined
  ? undefined
  : Value<(typeof operations)[O]["output"]>;

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
