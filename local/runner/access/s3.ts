import type { Call, Caller } from "@streaming-data-lake/iam";
import type { Stack } from "@streaming-data-lake/terraform/types";
import { actionsOn, type Place, readerKeyActions, useKey, writerKeyActions } from "./calls";

export const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`;

/** Splits `s3://bucket/key` into the bucket and the key. */
export function splitLocation(location: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(location) ?? [];
  return { bucket, key };
}

/**
 * The calls with which S3 writes a bucket's access log to another bucket. S3 serves requests even when it may not log
 * them.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html#grant-log-delivery-permissions-general
 */
export function accessLogCalls({ access, accountId }: Place & Pick<Stack, "access">, bucket: string): Call[] {
  return access.accessLogs
    .filter((log) => log.bucket === bucket)
    .map(({ target, prefix }) => ({
      caller: { service: "logging.s3.amazonaws.com" },
      action: "s3:PutObject",
      resource: `${bucketArn(target)}/${prefix}log`,
      context: { "aws:SourceAccount": accountId, "aws:SourceArn": bucketArn(bucket) },
    }));
}

/** The calls that read and write objects, including those for the keys that encrypt them. */
export class ObjectCalls {
  constructor(
    private readonly stack: Place & Pick<Stack, "access">,
    private readonly caller: Caller,
    /** ARN of the key that each write names. @default - the bucket's own key */
    private readonly keyArn?: string,
  ) {}

  read(bucket: string, key: string): Call[] {
    return [
      ...actionsOn(this.caller, `${bucketArn(bucket)}/${key}`, ["s3:GetObject"]),
      ...this.key(bucket, key, readerKeyActions),
    ];
  }

  /**
   * @param actions Further actions on the object that must be allowed.
   * @param context Condition keys from the request's headers. By default, they name the key that encrypts the object.
   */
  write(
    bucket: string,
    key: string,
    actions: readonly string[] = [],
    context: Call["context"] = keyHeaders(this.keyArn),
  ): Call[] {
    const object = `${bucketArn(bucket)}/${key}`;
    return [
      ...actionsOn(this.caller, object, ["s3:PutObject"], context),
      ...actionsOn(this.caller, object, actions),
      ...this.key(bucket, key, writerKeyActions),
    ];
  }

  /**
   * The calls for the key of an object. With a bucket key, the encryption context names the bucket instead of the object:
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
   */
  private key(bucket: string, key: string, actions: readonly string[]): Call[] {
    const own = this.stack.access.buckets.find(({ name }) => name === bucket);
    const arn = own?.hasBucketKey ? bucketArn(bucket) : `${bucketArn(bucket)}/${key}`;
    return useKey(this.stack, this.caller, this.keyArn ?? own?.kmsKeyArn, actions, {
      via: "s3",
      encryptionContext: { "aws:s3:arn": arn },
    });
  }
}

/**
 * The condition keys that a bucket's policy can check to require encryption of a write.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
 */
function keyHeaders(keyArn: string | undefined): Call["context"] {
  if (keyArn === undefined) return undefined;
  return {
    "s3:x-amz-server-side-encryption": "aws:kms",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn,
  };
}
