import type * as Client from "@aws-sdk/client-firehose";
import { FirehoseError, putToDelivery } from "@streaming-data-lake/runner/firehose/direct-put";
import type { DeliveryStream, S3Destination } from "@streaming-data-lake/terraform/types";
import { AwsError } from "../protocol/errors";
import type { HandledCall, Handlers } from "../server/handlers";
import type { World } from "../world";
import type { Service } from "./service";
import { tagListOf, tagsOf } from "./tags";
import { textsOf } from "./texts";

/** Firehose, for the stack's delivery streams: https://docs.aws.amazon.com/firehose/latest/APIReference/Welcome.html */
export function firehose(world: World): Service {
  const { stack, state, resources } = world;
  const { directPut } = state;
  /** The reason why a delivery stream of the stack does not run here, or undefined if the stack does not have it. */
  const notRun = (name: string | undefined): string | undefined => {
    const [found] = textsOf(resources("aws_kinesis_firehose_delivery_stream"), ["name"]).filter(
      (one) => one.name === name,
    );
    const why = found && stack.unsupported.find((sentence) => sentence.startsWith(`${found.address}: `));
    return why === undefined ? undefined : `Firehose ${name} is not run here: ${why}`;
  };
  const streamOf = (name: string | undefined, call: HandledCall): DeliveryStream => {
    const stream = stack.deliveryStreams.find((one) => one.name === name);
    call.allow(
      `firehose:${call.operation}`,
      stream?.arn ?? `arn:aws:firehose:${stack.region}:${stack.accountId}:deliverystream/${name}`,
    );
    if (!stream)
      throw new AwsError(
        "ResourceNotFoundException",
        notRun(name) ?? `Firehose ${name} under account ${stack.accountId} not found.`,
      );
    return stream;
  };
  const put = async (stream: DeliveryStream, records: readonly (Uint8Array | undefined)[]) => {
    if (stream.sourceStreamArn !== undefined || !directPut)
      throw new AwsError(
        "InvalidArgumentException",
        "This operation is not permitted on KinesisStreamAsSource delivery stream type.",
      );
    try {
      return await putToDelivery(directPut.kinesis, stream.name, records.map(dataOf));
    } catch (error) {
      if (error instanceof FirehoseError) throw new AwsError(error.code, error.message);
      throw error;
    }
  };

  const handlers: Handlers<typeof Client> = {
    async PutRecord({ DeliveryStreamName, Record: record }, call) {
      const [id = ""] = await put(streamOf(DeliveryStreamName, call), [record?.Data]);
      return { RecordId: id, Encrypted: false };
    },

    async PutRecordBatch({ DeliveryStreamName, Records = [] }, call) {
      const ids = await put(
        streamOf(DeliveryStreamName, call),
        Records.map(({ Data }) => Data),
      );
      return {
        FailedPutCount: 0,
        Encrypted: false,
        RequestResponses: ids.map((RecordId) => ({ RecordId })),
      };
    },

    ListTagsForDeliveryStream({ DeliveryStreamName }, call) {
      const { arn } = streamOf(DeliveryStreamName, call);
      return {
        Tags: tagListOf(tagsOf(world, "aws_kinesis_firehose_delivery_stream", "arn", arn)),
        HasMoreTags: false,
      };
    },

    ListDeliveryStreams({ ExclusiveStartDeliveryStreamName = "", Limit = 10 }, call) {
      call.allow("firehose:ListDeliveryStreams", "*");
      const names = stack.deliveryStreams
        .map(({ name }) => name)
        .filter((name) => name > ExclusiveStartDeliveryStreamName)
        .sort();
      return { DeliveryStreamNames: names.slice(0, Limit), HasMoreDeliveryStreams: names.length > Limit };
    },

    DescribeDeliveryStream({ DeliveryStreamName }, call) {
      const stream = streamOf(DeliveryStreamName, call);
      const { sourceStreamArn, roleArn, backup, conversion } = stream;
      return {
        DeliveryStreamDescription: {
          DeliveryStreamName: stream.name,
          DeliveryStreamARN: stream.arn,
          DeliveryStreamStatus: "ACTIVE",
          DeliveryStreamType: sourceStreamArn === undefined ? "DirectPut" : "KinesisStreamAsSource",
          VersionId: "1",
          HasMoreDestinations: false,
          ...(sourceStreamArn !== undefined && {
            Source: {
              KinesisStreamSourceDescription: { KinesisStreamARN: sourceStreamArn, RoleARN: roleArn },
            },
          }),
          Destinations: [
            {
              DestinationId: "destinationId-000000000001",
              ExtendedS3DestinationDescription: {
                ...destinationOf(stream.destination),
                S3BackupMode: backup ? "Enabled" : "Disabled",
                ...(backup && { S3BackupDescription: destinationOf(backup) }),
                ...(conversion && {
                  DataFormatConversionConfiguration: {
                    Enabled: true,
                    SchemaConfiguration: {
                      DatabaseName: conversion.database,
                      TableName: conversion.table,
                      RoleARN: conversion.roleArn,
                    },
                  },
                }),
              },
            },
          ],
        },
      };
    },
  };
  return { handlers };
}

function dataOf(data: Uint8Array | undefined): Buffer {
  if (!data) throw new AwsError("ValidationException", "Data must not be null");
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

const destinationOf = (destination: S3Destination) => ({
  RoleARN: destination.roleArn,
  BucketARN: `arn:aws:s3:::${destination.bucket}`,
  Prefix: destination.prefix,
  ErrorOutputPrefix: destination.errorOutputPrefix,
  BufferingHints: {
    SizeInMBs: destination.bufferMebibytes,
    IntervalInSeconds: destination.bufferSeconds,
  },
  CompressionFormat: destination.compression as "GZIP",
  EncryptionConfiguration: destination.kmsKeyArn
    ? { KMSEncryptionConfig: { AWSKMSKeyARN: destination.kmsKeyArn } }
    : { NoEncryptionConfig: "NoEncryption" as const },
});
