import type { Call, Caller } from "@streaming-data-lake/iam";
import type {
  DeliveryStream,
  KinesisStream,
  S3Destination,
  Stack,
} from "@streaming-data-lake/terraform/types";
import { actionsOn, assumeRole, callerOf, type Place } from "./calls";
import { tableResources } from "./glue";
import { logGroupCalls, logStreamArn } from "./log-groups";
import { bucketArn, ObjectCalls } from "./s3";
import { decryptRecords, type ReaderCalls } from "./streams";

/**
 * The calls that Firehose makes to read its source.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
 */
export function sourceCalls(place: Place, delivery: DeliveryStream, stream: KinesisStream): ReaderCalls {
  const caller = callerOf(delivery, delivery.roleArn);
  if (!caller) return { list: [], fetch: [] };
  return {
    list: [
      assume(place, delivery, caller.roleArn),
      ...actionsOn(caller, stream.arn, ["kinesis:DescribeStream", "kinesis:ListShards"]),
    ],
    fetch: [
      ...actionsOn(caller, stream.arn, ["kinesis:GetShardIterator", "kinesis:GetRecords"]),
      ...decryptRecords(place, caller, stream),
    ],
  };
}

/** What Firehose can't do when a call to its source is denied. */
export function sourceProblem({ name }: DeliveryStream): string {
  return `${name}: can't read its source`;
}

/** The calls that Firehose makes to deliver to one destination. */
export interface DestinationCalls {
  /** The calls before each delivery, for the bucket and for the table that defines the conversion. */
  readonly prepare: readonly Call[];
  /** The calls for an object with the given key. */
  readonly write: (key: string) => readonly Call[];
  /** The calls that write an error to the log. */
  readonly log: readonly Call[];
}

/**
 * AWS does not document when Firehose uses which of the actions on the bucket and its objects, so all of them are
 * required.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
 */
export function destinationCalls(
  stack: Place & Pick<Stack, "access">,
  delivery: DeliveryStream,
  destination: S3Destination,
  converts: boolean,
): DestinationCalls {
  const { bucket, kmsKeyArn, log, roleArn } = destination;
  const caller = callerOf(delivery, roleArn);
  if (!caller) return { prepare: [], write: () => [], log: [] };
  const objects = new ObjectCalls(stack, caller, kmsKeyArn);
  return {
    prepare: [
      assume(stack, delivery, caller.roleArn),
      ...(converts ? schemaCalls(stack, delivery) : []),
      ...actionsOn(caller, bucketArn(bucket), [
        "s3:GetBucketLocation",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
      ]),
    ],
    write: (key) => objects.write(bucket, key, ["s3:AbortMultipartUpload", "s3:GetObject"]),
    log: log ? logCalls(stack, caller, log) : [],
  };
}

function logCalls(
  stack: Place & Pick<Stack, "access">,
  caller: Caller,
  { group, stream }: NonNullable<S3Destination["log"]>,
): Call[] {
  const arn = logStreamArn(stack, group, stream);
  const made = stack.access.logGroups.find(({ name }) => name === group);
  return [...(made ? logGroupCalls(stack, made) : []), ...actionsOn(caller, arn, ["logs:PutLogEvents"])];
}

/**
 * The calls that read a table's columns. Glue requires permission for the catalog, the database and the table.
 *
 * - https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-glue
 * - https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
 */
function schemaCalls(place: Place, delivery: DeliveryStream): Call[] {
  const { conversion } = delivery;
  const caller = callerOf(delivery, conversion?.roleArn);
  if (!caller || !conversion) return [];
  const { database, table } = conversion;
  return [
    assume(place, delivery, caller.roleArn),
    ...tableResources(place, database, table).flatMap((resource) =>
      actionsOn(caller, resource, ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]),
    ),
  ];
}

/**
 * The calls before each invocation of the transform function.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
 */
export function transformCalls(place: Place, delivery: DeliveryStream): readonly Call[] {
  const { transform } = delivery.processing;
  const caller = callerOf(delivery, transform?.roleArn ?? delivery.destination.roleArn);
  if (!transform || !caller) return [];
  return [
    assume(place, delivery, caller.roleArn),
    ...actionsOn(caller, transform.invokedArn, ["lambda:InvokeFunction"]),
  ];
}

function assume(place: Place, { arn }: DeliveryStream, roleArn: string): Call {
  return assumeRole(place, "firehose.amazonaws.com", roleArn, arn, { "sts:ExternalId": place.accountId });
}
