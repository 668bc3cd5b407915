import { actionsOn } from "@streaming-data-lake/runner/access/calls";
import { ObjectCalls } from "@streaming-data-lake/runner/access/s3";
import type { Settings } from "@streaming-data-lake/terraform";
import { AwsError } from "../../protocol/errors";
import type { HandledCall } from "../../server/handlers";
import type { World } from "../../world";
import type { ObjectStore, StoredObject } from "./store";

export const bucketArnOf = (bucket: string, key?: string): string =>
  `arn:aws:s3:::${bucket}${key === undefined ? "" : `/${key}`}`;

/** Functions that S3's operations share. */
export class S3Context {
  readonly store: ObjectStore;

  constructor(readonly world: World) {
    this.store = world.objects;
  }

  /**
   * Requires that the caller may read an object and use the key with which it is encrypted. If the object does not
   * exist, the caller must be allowed to list the bucket, since only such callers may learn that.
   *
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  mayRead(call: HandledCall, bucket: string, key: string): void {
    call.allowAll((role) =>
      this.store.find(bucket, key)
        ? new ObjectCalls(this.world.stack, role).read(bucket, key)
        : [
            ...actionsOn(role, bucketArnOf(bucket, key), ["s3:GetObject"]),
            ...actionsOn(role, bucketArnOf(bucket), ["s3:ListBucket"]),
          ],
    );
  }

  /**
   * Requires that the caller may write an object.
   *
   * @param keys Condition keys of the object. @default - those of the request
   */
  mayWrite(
    call: HandledCall,
    bucket: string,
    key: string,
    actions: readonly string[] = [],
    keys = conditionKeys(call.headers),
  ): void {
    call.allowAll((role) => new ObjectCalls(this.world.stack, role).write(bucket, key, actions, keys));
  }

  /**
   * The default encryption of a bucket.
   *
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
   */
  encryptionOf(bucket: string): {
    readonly ServerSideEncryption: "AES256" | "aws:kms";
    readonly SSEKMSKeyId?: string;
    readonly BucketKeyEnabled?: boolean;
  } {
    const own = this.world.stack.access.buckets.find(({ name }) => name === bucket);
    if (own?.kmsKeyArn === undefined) return { ServerSideEncryption: "AES256" };
    return {
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: own.kmsKeyArn,
      ...(own.hasBucketKey && { BucketKeyEnabled: true }),
    };
  }

  /** The stack's resources of a type that belong to a bucket. */
  settingsOf(type: string, bucket: string): readonly Settings[] {
    return this.world.resources(type).filter((one) => one.knownText("bucket") === bucket);
  }
}

const asked =
  /^x-amz-(acl|grant-.+|metadata-directive|server-side-encryption(-aws-kms-key-id|-customer-algorithm)?|storage-class)$/;

/**
 * The condition keys that come from a write request's headers.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
 */
export function conditionKeys(headers: HandledCall["headers"]): Record<string, string> {
  const given = Object.entries(headers).filter(([name, value]) => value !== undefined && asked.test(name));
  return Object.fromEntries(given.map(([name, value]) => [`s3:${name}`, String(value)]));
}

/**
 * The headers of a response with an object. Parameters of the URL override them, as presigned URLs use for file names.
 */
export function responseHeaders(
  { details }: StoredObject,
  overrides: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const given = Object.entries(overrides).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...details.headers, ...Object.fromEntries(given) };
}

/**
 * The conditions of a conditional request.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
 */
export interface RequestConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

const preconditionFailed = (Condition: string): AwsError =>
  new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, {
    Condition,
  });

/**
 * Checks the conditions of a read.
 *
 * @throws AwsError PreconditionFailed, or NotModified with status 304.
 */
export function checkRead(
  { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince }: RequestConditions,
  { details, modified }: StoredObject,
): void {
  const seconds = Math.floor(modified.getTime() / 1000);
  const matches = (tags: string) => isAny(tags, details.etag);
  if (IfMatch !== undefined) {
    if (!matches(IfMatch)) throw preconditionFailed("If-Match");
  } else if (IfUnmodifiedSince && seconds > IfUnmodifiedSince.getTime() / 1000)
    throw preconditionFailed("If-Unmodified-Since");
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch)) throw new AwsError("NotModified", "Not Modified", 304);
  } else if (IfModifiedSince && seconds <= IfModifiedSince.getTime() / 1000)
    throw new AwsError("NotModified", "Not Modified", 304);
}

/**
 * Checks the conditions of a write. `If-None-Match: *` requires that the object does not exist yet, and `If-Match` that
 * it is unchanged.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWrite(
  { IfMatch, IfNoneMatch }: RequestConditions,
  before: StoredObject | undefined,
): void {
  if (IfNoneMatch === "*" && before) throw preconditionFailed("If-None-Match");
  if (IfMatch === undefined) return;
  if (!before) throw new AwsError("NoSuchKey", "The specified key does not exist.");
  if (!isAny(IfMatch, before.details.etag)) throw preconditionFailed("If-Match");
}

const isAny = (tags: string, etag: string): boolean =>
  tags.split(",").some((tag) => {
    const text = tag.trim().replace(/^W\//, "").replace(/^"|"$/g, "");
    return text === "*" || text === etag;
  });

/** Offsets of the first and last byte of a range, or undefined for the whole object. @throws AwsError InvalidRange */
export function byteRangeOf(
  range: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  if (start >= size || (from === "" && Number(to) === 0))
    throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416, {
      ActualObjectSize: size,
      RangeRequested: range,
    });
  return { start, end };
}
