import { closeSync, createReadStream, readSync } from "node:fs";
import type * as Client from "@aws-sdk/client-s3";
import { AwsError } from "../../protocol/errors";
import { FilePart } from "../../server/file-part";
import type { Handlers } from "../../server/handlers";
import { checkedTags, keptHeaders, receive, tagsOfHeader } from "./body";
import { type Algorithm, memberOf } from "./checksums";
import {
  bucketArnOf,
  byteRangeOf,
  checkRead,
  checkWrite,
  type RequestConditions,
  responseHeaders,
  type S3Context,
} from "./context";
import type { StoredObject } from "./store";

/** Objects up to this size are read at once. Bytes. */
const small = 256 * 1024;

interface Read extends RequestConditions {
  readonly Bucket?: string | undefined;
  readonly Key?: string | undefined;
  readonly Range?: string | undefined;
  readonly PartNumber?: number | undefined;
  readonly ChecksumMode?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly ResponseCacheControl?: string | undefined;
  readonly ResponseContentDisposition?: string | undefined;
  readonly ResponseContentEncoding?: string | undefined;
  readonly ResponseContentLanguage?: string | undefined;
  readonly ResponseContentType?: string | undefined;
}

/**
 * Operations on objects.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export function objectHandlers(context: S3Context): Handlers<typeof Client> {
  const { store } = context;

  /** The output members that GetObject and HeadObject have in common. */
  const described = (input: Read, found: StoredObject, range: ReturnType<typeof byteRangeOf>) => {
    const { details, modified, size } = found;
    const wholeChecksums =
      input.ChecksumMode === "ENABLED" && !range && details.checksums
        ? {
            ...Object.fromEntries(
              Object.entries(details.checksums).map(([name, value]) => [memberOf(name as Algorithm), value]),
            ),
            ChecksumType: details.checksumType ?? "FULL_OBJECT",
          }
        : {};
    const tags = Object.keys(details.tags ?? {}).length;
    return {
      AcceptRanges: "bytes",
      LastModified: modified,
      ContentLength: range ? range.end - range.start + 1 : size,
      ETag: `"${details.etag}"`,
      ...(range && { ContentRange: `bytes ${range.start}-${range.end}/${size}` }),
      ...(tags > 0 && { TagCount: tags }),
      ...(input.PartNumber !== undefined && details.parts !== undefined && { PartsCount: details.parts }),
      ...context.encryptionOf(input.Bucket ?? ""),
      ...wholeChecksums,
    };
  };

  const headersOf = (input: Read, found: StoredObject) =>
    responseHeaders(found, {
      "cache-control": input.ResponseCacheControl,
      "content-disposition": input.ResponseContentDisposition,
      "content-encoding": input.ResponseContentEncoding,
      "content-language": input.ResponseContentLanguage,
      "content-type": input.ResponseContentType,
    });

  return {
    GetObject(input, call) {
      const { Bucket = "", Key = "" } = input;
      context.mayRead(call, Bucket, Key);
      checkVersion(input.VersionId);
      const found = store.open(Bucket, Key);
      try {
        checkRead(input, found);
        const range = byteRangeOf(input.Range, found.size);
        if (range) call.answer.status = 206;
        Object.assign(call.answer.headers, headersOf(input, found));
        const { start, end } = range ?? { start: 0, end: found.size - 1 };
        const length = end - start + 1;
        const Body =
          length <= small ? readPart(found.file, start, length) : new FilePart(found.file, start, end);
        return { ...described(input, found, range), Body: Body as never };
      } catch (error) {
        closeSync(found.file);
        throw error;
      }
    },

    HeadObject(input, call) {
      const { Bucket = "", Key = "" } = input;
      context.mayRead(call, Bucket, Key);
      checkVersion(input.VersionId);
      const found = store.get(Bucket, Key);
      checkRead(input, found);
      const range = byteRangeOf(input.Range, found.size);
      if (range) call.answer.status = 206;
      Object.assign(call.answer.headers, headersOf(input, found));
      return described(input, found, range);
    },

    async PutObject(input, call) {
      const { Bucket = "", Key = "" } = input;
      const tags = tagsOfHeader(input.Tagging);
      context.mayWrite(call, Bucket, Key, tags ? ["s3:PutObjectTagging"] : []);
      store.checkBucket(Bucket);
      checkKey(Key);
      const { upload, checksums } = await receive(store, input.Body, call);
      try {
        const details = {
          etag: upload.md5.toString("hex"),
          headers: keptHeaders(call.headers),
          ...(Object.keys(checksums).length > 0 && { checksums, checksumType: "FULL_OBJECT" as const }),
          ...(tags && { tags }),
        };
        const isConditional = input.IfMatch !== undefined || input.IfNoneMatch !== undefined;
        const check = isConditional
          ? (before: StoredObject | undefined) => checkWrite(input, before)
          : undefined;
        store.commit(Bucket, Key, upload, details, check);
        return { ETag: `"${details.etag}"`, ...membersOf(checksums), ...context.encryptionOf(Bucket) };
      } catch (error) {
        store.discard(upload);
        throw error;
      }
    },

    async CopyObject(input, call) {
      const { Bucket = "", Key = "", MetadataDirective = "COPY" } = input;
      const source = copySourceOf(input.CopySource);
      context.mayRead(call, source.bucket, source.key);
      context.mayWrite(call, Bucket, Key);
      store.checkBucket(Bucket);
      checkKey(Key);
      const found = store.open(source.bucket, source.key);
      try {
        checkCopy(input, found);
      } catch (error) {
        closeSync(found.file);
        throw error;
      }
      const isSame = source.bucket === Bucket && source.key === Key;
      if (isSame && MetadataDirective === "COPY" && input.TaggingDirective !== "REPLACE") {
        closeSync(found.file);
        throw new AwsError(
          "InvalidRequest",
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        );
      }
      const before = Object.keys(found.details.checksums ?? {}) as Algorithm[];
      const algorithms = input.ChecksumAlgorithm ? [input.ChecksumAlgorithm as Algorithm] : before;
      const upload = await store.write(createReadStream("", { fd: found.file }), { checksums: algorithms });
      try {
        const tags = input.TaggingDirective === "REPLACE" ? tagsOfHeader(input.Tagging) : found.details.tags;
        const checksums = Object.fromEntries(upload.checksums);
        const details = {
          etag: upload.md5.toString("hex"),
          headers: MetadataDirective === "REPLACE" ? keptHeaders(call.headers) : found.details.headers,
          ...(algorithms.length > 0 && { checksums, checksumType: "FULL_OBJECT" as const }),
          ...(tags && { tags }),
        };
        const { modified } = store.commit(Bucket, Key, upload, details);
        return {
          CopyObjectResult: { ETag: `"${details.etag}"`, LastModified: modified, ...membersOf(checksums) },
          ...context.encryptionOf(Bucket),
        };
      } catch (error) {
        store.discard(upload);
        throw error;
      }
    },

    DeleteObject({ Bucket = "", Key = "", VersionId, IfMatch }, call) {
      call.allow("s3:DeleteObject", bucketArnOf(Bucket, Key));
      store.checkBucket(Bucket);
      checkVersion(VersionId);
      if (IfMatch !== undefined) checkWrite({ IfMatch }, store.find(Bucket, Key));
      store.delete(Bucket, Key);
      return {};
    },

    DeleteObjects({ Bucket = "", Delete }, call) {
      store.checkBucket(Bucket);
      const objects = Delete?.Objects ?? [];
      if (objects.length === 0 || objects.length > 1000)
        throw new AwsError(
          "MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published schema",
        );
      const Deleted: { Key: string }[] = [];
      const Errors: { Key: string; Code: string; Message: string }[] = [];
      for (const { Key = "" } of objects) {
        try {
          call.allow("s3:DeleteObject", bucketArnOf(Bucket, Key));
          store.delete(Bucket, Key);
          Deleted.push({ Key });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Errors.push({ Key, Code: error.code, Message: error.message });
        }
      }
      return { ...(!Delete?.Quiet && { Deleted }), ...(Errors.length > 0 && { Errors }) };
    },

    GetObjectTagging({ Bucket = "", Key = "" }, call) {
      call.allow("s3:GetObjectTagging", bucketArnOf(Bucket, Key));
      const { tags = {} } = store.get(Bucket, Key).details;
      return { TagSet: Object.entries(tags).map(([name, Value]) => ({ Key: name, Value })) };
    },

    PutObjectTagging({ Bucket = "", Key = "", Tagging }, call) {
      call.allow("s3:PutObjectTagging", bucketArnOf(Bucket, Key));
      const tags = checkedTags(
        (Tagging?.TagSet ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""] as const),
      );
      store.describe(Bucket, Key, { ...store.get(Bucket, Key).details, tags });
      return {};
    },

    DeleteObjectTagging({ Bucket = "", Key = "" }, call) {
      call.allow("s3:DeleteObjectTagging", bucketArnOf(Bucket, Key));
      const { tags: _, ...details } = store.get(Bucket, Key).details;
      store.describe(Bucket, Key, details);
      return {};
    },

    GetObjectAttributes({ Bucket = "", Key = "", ObjectAttributes = [] }, call) {
      context.mayRead(call, Bucket, Key);
      call.allow("s3:GetObjectAttributes", bucketArnOf(Bucket, Key));
      const { details, modified, size } = store.get(Bucket, Key);
      const asked = new Set<string>(ObjectAttributes.flatMap((one) => String(one).split(",")));
      return {
        LastModified: modified,
        ...(asked.has("ETag") && { ETag: details.etag }),
        ...(asked.has("ObjectSize") && { ObjectSize: size }),
        ...(asked.has("StorageClass") && { StorageClass: "STANDARD" as const }),
        ...(asked.has("Checksum") &&
          details.checksums && {
            Checksum: { ...membersOf(details.checksums), ChecksumType: details.checksumType },
          }),
        ...(asked.has("ObjectParts") &&
          details.parts !== undefined && { ObjectParts: { TotalPartsCount: details.parts } }),
      };
    },
  };
}

export const membersOf = (checksums: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(checksums).map(([name, value]) => [memberOf(name as Algorithm), value]));

function readPart(file: number, start: number, length: number): Buffer {
  try {
    const bytes = Buffer.alloc(Math.max(length, 0));
    let at = 0;
    while (at < bytes.length) {
      const count = readSync(file, bytes, at, bytes.length - at, start + at);
      if (count === 0) break;
      at += count;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function checkKey(key: string): void {
  if (key === "") throw new AwsError("InvalidArgument", "A key has one character at least");
}

/** Objects have only one version here, whose id is "null" as in S3. @throws AwsError NoSuchVersion for any other id. */
function checkVersion(version: string | undefined): void {
  if (version !== undefined && version !== "null")
    throw new AwsError("NoSuchVersion", "The specified version does not exist.", 404, { VersionId: version });
}

/** Bucket and key in the header `x-amz-copy-source`. */
export function copySourceOf(text = ""): { readonly bucket: string; readonly key: string } {
  const [path = ""] = text.split("?versionId=");
  let plain: string;
  try {
    plain = decodeURIComponent(path.replace(/^\//, ""));
  } catch {
    plain = path;
  }
  const slash = plain.indexOf("/");
  if (slash <= 0) throw new AwsError("InvalidArgument", "Copy Source must mention the source bucket and key");
  return { bucket: plain.slice(0, slash), key: plain.slice(slash + 1) };
}

interface CopyConditions {
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
}

export function checkCopy(input: CopyConditions, found: StoredObject): void {
  try {
    checkRead(
      {
        IfMatch: input.CopySourceIfMatch,
        IfNoneMatch: input.CopySourceIfNoneMatch,
        IfModifiedSince: input.CopySourceIfModifiedSince,
        IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
      },
      found,
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      412,
    );
  }
}
