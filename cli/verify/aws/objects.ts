import type { ExtendedS3DestinationDescription } from "@aws-sdk/client-firehose";
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { clockSlack, foldersSince, unpacked } from "../objects";
import type { Zone } from "../observed";

/** The contents of the objects that a delivery stream has written to a zone since a time. */
export async function* objectsSince(
  client: S3Client,
  destination: Partial<ExtendedS3DestinationDescription>,
  zone: Zone,
  since: Date,
): AsyncGenerator<string> {
  const {
    BucketARN = "",
    Prefix,
    ErrorOutputPrefix,
  } = zone === "raw" ? (destination.S3BackupDescription ?? {}) : destination;
  const Bucket = BucketARN.replace(/^.*:/, "");
  const prefix = zone === "raw" ? Prefix : ErrorOutputPrefix;
  if (Bucket === "" || prefix === undefined) return;
  const oldest = since.getTime() - clockSlack;
  for (const folder of foldersSince(prefix, since, new Date())) {
    let token: string | undefined;
    do {
      const { Contents = [], NextContinuationToken } = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix: folder, ContinuationToken: token }),
      );
      for (const { Key, LastModified } of Contents) {
        if ((LastModified?.getTime() ?? 0) < oldest) continue;
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        yield unpacked(Buffer.from((await Body?.transformToByteArray()) ?? []));
      }
      token = NextContinuationToken;
    } while (token);
  }
}
