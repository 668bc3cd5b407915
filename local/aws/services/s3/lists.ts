import type * as Client from "@aws-sdk/client-s3";
import { AwsError } from "../../protocol/errors";
import type { HandledCall, Handlers } from "../../server/handlers";
import type { World } from "../../world";
import { bucketArnOf, type S3Context } from "./context";
import type { ObjectStore } from "./store";

const owner = (world: World) => ({ DisplayName: "local", ID: world.stack.accountId.padStart(64, "0") });

interface Asked {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  /** Only keys after this one are listed. */
  readonly after: string;
  readonly most: number;
}

type Encode = (text: string) => string;

interface Listed {
  readonly key: string;
  readonly size: number;
  readonly modified: Date;
  readonly etag: string;
  readonly algorithms: readonly string[];
}

interface Page {
  readonly objects: readonly Listed[];
  readonly commonPrefixes: readonly string[];
  /** The key or prefix after which the next page begins, or undefined at the end. */
  readonly next: string | undefined;
}

function pageOf(store: ObjectStore, { bucket, prefix, delimiter, after, most }: Asked): Page {
  const objects: Listed[] = [];
  const commonPrefixes: string[] = [];
  let last = after;
  for (const found of most === 0 ? [] : store.list(bucket, { prefix, delimiter, after })) {
    if (objects.length + commonPrefixes.length === most) return { objects, commonPrefixes, next: last };
    if ("commonPrefix" in found) {
      commonPrefixes.push(found.commonPrefix);
      last = found.commonPrefix;
      continue;
    }
    const object = store.at(bucket, found.key, found.path);
    // The object was deleted in the meantime.
    if (!object) continue;
    const { size, modified, details } = object;
    const algorithms = Object.keys(details.checksums ?? {});
    objects.push({ key: found.key, size, modified, etag: details.etag, algorithms });
    last = found.key;
  }
  return { objects, commonPrefixes, next: undefined };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#AmazonS3-ListObjectsV2-request-querystring-EncodingType */
const encoding = (type: string | undefined) =>
  type === "url"
    ? (text: string) => encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%20", "+")
    : (text: string) => text;

function mostOf(maxKeys: number | undefined): number {
  if (maxKeys === undefined) return 1000;
  if (!Number.isInteger(maxKeys) || maxKeys < 0)
    throw new AwsError(
      "InvalidArgument",
      "Argument max-keys must be an integer between 0 and 2147483647",
      400,
      {
        ArgumentName: "max-keys",
        ArgumentValue: maxKeys,
      },
    );
  return Math.min(maxKeys, 1000);
}

interface ListInput {
  readonly Bucket?: string | undefined;
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
  readonly EncodingType?: "url" | undefined;
}

export function listHandlers({ store, world }: S3Context): Handlers<typeof Client> {
  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html */
  const mayList = (
    call: HandledCall,
    action: "s3:ListBucket" | "s3:ListBucketVersions",
    { Bucket = "", Prefix = "", Delimiter = "", MaxKeys }: ListInput,
  ) => {
    call.allow(action, bucketArnOf(Bucket), {
      "s3:prefix": Prefix,
      ...(Delimiter !== "" && { "s3:delimiter": Delimiter }),
      ...(MaxKeys !== undefined && { "s3:max-keys": String(MaxKeys) }),
    });
    store.checkBucket(Bucket);
  };
  /** A page of a bucket's keys, and what all lists answer about it. `encode` writes the names in the client's encoding. */
  const listed = (input: ListInput, after: string) => {
    const { Bucket = "", Prefix = "", Delimiter = "", EncodingType } = input;
    const most = mostOf(input.MaxKeys);
    const encode = encoding(EncodingType);
    const page = pageOf(store, { bucket: Bucket, prefix: Prefix, delimiter: Delimiter, after, most });
    const answer = {
      Name: Bucket,
      Prefix: encode(Prefix),
      ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
      MaxKeys: most,
      ...(EncodingType && { EncodingType }),
      IsTruncated: page.next !== undefined,
      CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
    };
    return { page, answer, encode };
  };
  const contents = ({ objects }: Page, encode: Encode) =>
    objects.map(({ key, size, modified, etag, algorithms }) => ({
      Key: encode(key),
      LastModified: modified,
      ETag: `"${etag}"`,
      ...(algorithms.length > 0 && {
        ChecksumAlgorithm: algorithms as never,
        ChecksumType: "FULL_OBJECT" as const,
      }),
      Size: size,
      StorageClass: "STANDARD" as const,
    }));

  return {
    ListBuckets({ Prefix: prefix = "" }, call) {
      call.allow("s3:ListAllMyBuckets", "*");
      return {
        Buckets: store
          .buckets()
          .filter(({ name }) => name.startsWith(prefix))
          .map(({ name, created }) => ({
            Name: name,
            CreationDate: created,
            BucketArn: bucketArnOf(name),
            BucketRegion: world.stack.region,
          })),
        Owner: owner(world),
      };
    },

    ListObjectsV2(input, call) {
      const { StartAfter, ContinuationToken } = input;
      mayList(call, "s3:ListBucket", input);
      const after = ContinuationToken === undefined ? (StartAfter ?? "") : readToken(ContinuationToken);
      const { page, answer, encode } = listed(input, after);
      return {
        ...answer,
        KeyCount: page.objects.length + page.commonPrefixes.length,
        ...(ContinuationToken !== undefined && { ContinuationToken }),
        ...(page.next !== undefined && { NextContinuationToken: writeToken(page.next) }),
        ...(StartAfter !== undefined && { StartAfter: encode(StartAfter) }),
        Contents: contents(page, encode).map((one) => ({
          ...one,
          ...(input.FetchOwner && { Owner: owner(world) }),
        })),
      };
    },

    ListObjects(input, call) {
      const { Delimiter = "", Marker = "" } = input;
      mayList(call, "s3:ListBucket", input);
      const { page, answer, encode } = listed(input, Marker);
      return {
        ...answer,
        Marker: encode(Marker),
        ...(page.next !== undefined && Delimiter !== "" && { NextMarker: encode(page.next) }),
        Contents: contents(page, encode).map((one) => ({ ...one, Owner: owner(world) })),
      };
    },

    ListObjectVersions(input, call) {
      const { KeyMarker = "" } = input;
      mayList(call, "s3:ListBucketVersions", input);
      const { page, answer, encode } = listed(input, KeyMarker);
      return {
        ...answer,
        KeyMarker: encode(KeyMarker),
        VersionIdMarker: "",
        ...(page.next !== undefined && { NextKeyMarker: encode(page.next), NextVersionIdMarker: "null" }),
        Versions: contents(page, encode).map((one) => ({
          ...one,
          VersionId: "null",
          IsLatest: true,
          Owner: owner(world),
        })) as never,
      };
    },
  };
}

const writeToken = (key: string): string => Buffer.from(`1${key}`).toString("base64");

/** @throws AwsError InvalidArgument */
function readToken(token: string): string {
  const text = Buffer.from(token, "base64").toString("utf8");
  if (!text.startsWith("1") || writeToken(text.slice(1)) !== token)
    throw new AwsError("InvalidArgument", "The continuation token provided is incorrect", 400, {
      ArgumentName: "continuation-token",
    });
  return text.slice(1);
}
