import type { S3Destination } from "@streaming-data-lake/terraform/types";
import { asUuid } from "@streaming-data-lake/terraform/uuid";
import type { FinishedObject } from "./buffer";
import { evaluatePrefix, formatPrefixTime } from "./prefix";
import type { Contents } from "./spool";

export interface KeyParts {
  readonly contents: Contents;
  readonly deliveryStream: string;
  readonly destination: S3Destination;
  readonly object: Pick<FinishedObject, "kind" | "partitionKeys" | "errorOutputType">;
  /** Version of the delivery stream's configuration, counted from 1. */
  readonly version: number;
}

/**
 * The key of an object: the prefix, followed by `<stream>-<version>-yyyy-MM-dd-HH-mm-ss-<uuid><extension>`. The time is
 * the arrival of the oldest record. The parts that are random on AWS are derived from the records, so that the same
 * records always have the same key.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
 */
export function objectKey({ contents, deliveryStream, destination, object, version }: KeyParts): string {
  const { kind, partitionKeys, errorOutputType = "format-conversion-failed" } = object;
  const isError = kind === "error";
  const what = [
    kind,
    ...(partitionKeys ? [JSON.stringify([...partitionKeys].sort())] : []),
    ...(isError ? [errorOutputType] : []),
  ];
  const digest = contents.digest(`${deliveryStream} ${destination.prefix} ${what.join(" ")}`);
  const timestamp = new Date(contents.oldest);
  const timeZone = destination.customTimeZone;
  const prefix = evaluatePrefix(
    isError ? destination.errorOutputPrefix || destination.prefix : destination.prefix,
    {
      timestamp,
      timeZone,
      randomString: () =>
        BigInt(`0x${digest.slice(32, 64)}`)
          .toString(36)
          .slice(0, 11),
      ...(isError && { errorOutputType }),
      ...(partitionKeys && { partitionKeys }),
    },
  );
  const time = formatPrefixTime("yyyy-MM-dd-HH-mm-ss", timestamp, timeZone);
  return `${prefix}${deliveryStream}-${version}-${time}-${asUuid(digest)}${extension(destination, kind)}`;
}

function extension({ compression, fileExtension }: S3Destination, kind: FinishedObject["kind"]): string {
  if (kind === "error") return "";
  if (fileExtension) return fileExtension;
  if (kind === "parquet") return ".parquet";
  return compression === "GZIP" ? ".gz" : "";
}
