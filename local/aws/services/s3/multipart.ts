import { randomBytes } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import type * as Client from "@aws-sdk/client-s3";
import { replaceFile } from "@streaming-data-lake/runner/files/write";
import { AwsError } from "../../protocol/errors";
import type { Handlers } from "../../server/handlers";
import { keptHeaders, md5Of, receive, tagsOfHeader } from "./body";
import { type Algorithm, digestOf, memberOf } from "./checksums";
import { bucketArnOf, byteRangeOf, checkWrite, conditionKeys, type S3Context } from "./context";
import type { ObjectDetails } from "./journal";
import { checkCopy, copySourceOf, membersOf } from "./objects";
import type { StoredObject } from "./store";

/** A multipart upload that was started, as it is stored in its folder. */
interface Begun {
  readonly bucket: string;
  readonly key: string;
  readonly initiated: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Condition keys of the request that started the upload. Policies test them for each part too. */
  readonly conditionKeys?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly algorithm?: Algorithm;
  readonly type?: "FULL_OBJECT" | "COMPOSITE";
}

interface Part {
  readonly etag: string;
  readonly size: number;
  readonly modified: string;
  readonly checksums: Readonly<Partial<Record<Algorithm, string>>>;
}

const noSuchUpload = () =>
  new AwsError(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  );

/**
 * Smallest size of a part except the last one. Bytes. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
const leastPart = 5 * 1024 * 1024;
const mostParts = 10_000;

/**
 * Operations of multipart uploads. Acknowledged parts survive a restart of the runner, after which uploads can
 * continue.
 */
export function multipartHandlers(context: S3Context): Handlers<typeof Client> {
  const { store, world } = context;

  const begun = (id: string | undefined, bucket: string, key: string): { folder: string; upload: Begun } => {
    if (id === undefined || !/^[\w-]+$/.test(id)) throw noSuchUpload();
    const folder = store.uploadFolder(id);
    if (!existsSync(join(folder, "upload.json"))) throw noSuchUpload();
    const upload = JSON.parse(readFileSync(join(folder, "upload.json"), "utf8")) as Begun;
    if (upload.bucket !== bucket || upload.key !== key) throw noSuchUpload();
    return { folder, upload };
  };

  const keep = (folder: string, number: number, path: string, part: Part) => {
    // The part's file is renamed first, since a part exists for readers only once it has a description.
    renameSync(path, join(folder, `${number}.part`));
    replaceFile(join(folder, `${number}.json`), JSON.stringify(part));
  };

  return {
    CreateMultipartUpload(input, call) {
      const { Bucket = "", Key = "", ChecksumAlgorithm, ChecksumType } = input;
      const tags = tagsOfHeader(input.Tagging);
      context.mayWrite(call, Bucket, Key);
      store.checkBucket(Bucket);
      const id = randomBytes(48).toString("base64url");
      const folder = store.uploadFolder(id);
      mkdirSync(folder);
      const upload: Begun = {
        bucket: Bucket,
        key: Key,
        initiated: new Date().toISOString(),
        headers: keptHeaders(call.headers),
        conditionKeys: conditionKeys(call.headers),
        ...(tags && { tags }),
        ...(ChecksumAlgorithm && {
          algorithm: ChecksumAlgorithm as Algorithm,
          type: ChecksumType ?? (ChecksumAlgorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE"),
        }),
      };
      replaceFile(join(folder, "upload.json"), JSON.stringify(upload));
      return {
        Bucket,
        Key,
        UploadId: id,
        ...(upload.algorithm && { ChecksumAlgorithm, ChecksumType: upload.type }),
        ...context.encryptionOf(Bucket),
      };
    },

    async UploadPart({ Bucket = "", Key = "", UploadId, PartNumber = 0, Body }, call) {
      const { folder, upload } = begun(UploadId, Bucket, Key);
      context.mayWrite(call, Bucket, Key, [], upload.conditionKeys);
      checkNumber(PartNumber);
      const also = upload.algorithm ? [upload.algorithm] : [];
      const { upload: received, checksums } = await receive(store, Body, call, also);
      const etag = received.md5.toString("hex");
      const modified = new Date().toISOString();
      keep(folder, PartNumber, received.path, { etag, size: received.size, modified, checksums });
      return { ETag: `"${etag}"`, ...membersOf(checksums), ...context.encryptionOf(Bucket) };
    },

    async UploadPartCopy(input, call) {
      const { Bucket = "", Key = "", UploadId, PartNumber = 0 } = input;
      const source = copySourceOf(input.CopySource);
      context.mayRead(call, source.bucket, source.key);
      const { folder, upload } = begun(UploadId, Bucket, Key);
      context.mayWrite(call, Bucket, Key, [], upload.conditionKeys);
      checkNumber(PartNumber);
      const found = store.get(source.bucket, source.key);
      checkCopy(input, found);
      const range = byteRangeOf(input.CopySourceRange, found.size) ?? {};
      const checksums = upload.algorithm ? [upload.algorithm] : [];
      const copied = await store.write(createReadStream(found.path, range), { checksums });
      const etag = copied.md5.toString("hex");
      const modified = new Date();
      const digests = Object.fromEntries(copied.checksums);
      keep(folder, PartNumber, copied.path, {
        etag,
        size: copied.size,
        modified: modified.toISOString(),
        checksums: digests,
      });
      return { CopyPartResult: { ETag: `"${etag}"`, LastModified: modified, ...membersOf(digests) } };
    },

    async CompleteMultipartUpload(input, call) {
      const { Bucket = "", Key = "", UploadId } = input;
      const { folder, upload } = begun(UploadId, Bucket, Key);
      context.mayWrite(call, Bucket, Key, [], upload.conditionKeys);
      const listed = input.MultipartUpload?.Parts ?? [];
      if (listed.length === 0) throw new AwsError("MalformedXML", "You must specify at least one part");
      const parts = chosenParts(folder, listed);
      const algorithms = upload.algorithm && upload.type === "FULL_OBJECT" ? [upload.algorithm] : [];
      const whole = await store.write(bytesOf(parts.map(({ path }) => path)), { checksums: algorithms });
      try {
        const checksums = checksumsOf(upload, parts, whole.checksums);
        const details: ObjectDetails = {
          etag: `${md5Of(parts.map(({ etag }) => Buffer.from(etag, "hex")))}-${parts.length}`,
          headers: upload.headers,
          parts: parts.length,
          ...(upload.tags && { tags: upload.tags }),
          ...(checksums && { checksums, checksumType: upload.type }),
        };
        checkWhole({ ...input }, upload, checksums);
        store.commit(Bucket, Key, whole, details, (before: StoredObject | undefined) =>
          checkWrite(input, before),
        );
        rmSync(folder, { recursive: true, force: true });
        return {
          Location: `${call.url}/${Bucket}/${encodeURI(Key)}`,
          Bucket,
          Key,
          ETag: `"${details.etag}"`,
          ...(checksums && { ...membersOf(checksums), ChecksumType: upload.type }),
          ...context.encryptionOf(Bucket),
        };
      } catch (error) {
        store.discard(whole);
        throw error;
      }
    },

    AbortMultipartUpload({ Bucket = "", Key = "", UploadId }, call) {
      call.allow("s3:AbortMultipartUpload", bucketArnOf(Bucket, Key));
      rmSync(begun(UploadId, Bucket, Key).folder, { recursive: true, force: true });
      return {};
    },

    ListParts({ Bucket = "", Key = "", UploadId, PartNumberMarker = "0", MaxParts = 1000 }, call) {
      call.allow("s3:ListMultipartUploadParts", bucketArnOf(Bucket, Key));
      const { folder } = begun(UploadId, Bucket, Key);
      const all = partsIn(folder).filter(({ number }) => number > Number(PartNumberMarker));
      const page = all.slice(0, Math.min(MaxParts, 1000));
      const isCut = page.length < all.length;
      return {
        Bucket,
        Key,
        UploadId,
        PartNumberMarker,
        MaxParts,
        IsTruncated: isCut,
        ...(isCut && { NextPartNumberMarker: String(page.at(-1)?.number) }),
        Parts: page.map(({ number, part }) => ({
          PartNumber: number,
          LastModified: new Date(part.modified),
          ETag: `"${part.etag}"`,
          Size: part.size,
          ...membersOf(part.checksums),
        })),
        StorageClass: "STANDARD",
      };
    },

    ListMultipartUploads({ Bucket = "", Prefix = "", MaxUploads = 1000 }, call) {
      call.allow("s3:ListBucketMultipartUploads", bucketArnOf(Bucket));
      store.checkBucket(Bucket);
      const uploads = readdirSync(store.uploadsFolder)
        .map((id) => ({ id, file: join(store.uploadFolder(id), "upload.json") }))
        .filter(({ file }) => existsSync(file))
        .map(({ id, file }) => ({ id, upload: JSON.parse(readFileSync(file, "utf8")) as Begun }))
        .filter(({ upload }) => upload.bucket === Bucket && upload.key.startsWith(Prefix))
        .sort((a, b) => (a.upload.key < b.upload.key ? -1 : 1));
      const page = uploads.slice(0, Math.min(MaxUploads, 1000));
      const last = page.at(-1);
      const person = { ID: world.stack.accountId.padStart(64, "0"), DisplayName: "local" };
      return {
        Bucket,
        Prefix,
        MaxUploads,
        IsTruncated: page.length < uploads.length,
        ...(page.length < uploads.length && {
          NextKeyMarker: last?.upload.key,
          NextUploadIdMarker: last?.id,
        }),
        Uploads: page.map(({ id, upload }) => ({
          UploadId: id,
          Key: upload.key,
          Initiated: new Date(upload.initiated),
          StorageClass: "STANDARD" as const,
          Owner: person,
          Initiator: person,
        })),
      };
    },
  };
}

function checkNumber(number: number): void {
  if (!Number.isInteger(number) || number < 1 || number > mostParts)
    throw new AwsError(
      "InvalidArgument",
      `Part number must be an integer between 1 and ${mostParts}, inclusive`,
    );
}

interface NumberedPart {
  readonly number: number;
  readonly part: Part;
}

function partsIn(folder: string): NumberedPart[] {
  return readdirSync(folder)
    .flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
    .map((number) => ({
      number: Number(number),
      part: JSON.parse(readFileSync(join(folder, `${number}.json`), "utf8")) as Part,
    }))
    .sort((a, b) => a.number - b.number);
}

interface ChosenPart extends Part {
  readonly path: string;
}

/** @throws AwsError InvalidPart, InvalidPartOrder, EntityTooSmall */
function chosenParts(
  folder: string,
  listed: readonly { readonly PartNumber?: number | undefined; readonly ETag?: string | undefined }[],
): ChosenPart[] {
  const there = new Map(partsIn(folder).map(({ number, part }) => [number, part]));
  const isOrdered = listed.every(
    ({ PartNumber = 0 }, index) => PartNumber > (listed[index - 1]?.PartNumber ?? 0),
  );
  if (!isOrdered)
    throw new AwsError(
      "InvalidPartOrder",
      "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
    );
  return listed.map(({ PartNumber = 0, ETag = "" }, index) => {
    const part = there.get(PartNumber);
    if (!part || part.etag !== ETag.replace(/^"|"$/g, ""))
      throw new AwsError(
        "InvalidPart",
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        400,
        { PartNumber, ETag },
      );
    if (part.size < leastPart && index < listed.length - 1)
      throw new AwsError(
        "EntityTooSmall",
        "Your proposed upload is smaller than the minimum allowed size",
        400,
        { ProposedSize: part.size, MinSizeAllowed: leastPart, PartNumber, ETag },
      );
    return { ...part, path: join(folder, `${PartNumber}.part`) };
  });
}

async function* bytesOf(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths)
    yield* createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>;
}

function checksumsOf(
  { algorithm, type }: Begun,
  parts: readonly Part[],
  whole: ReadonlyMap<Algorithm, string>,
): Readonly<Record<string, string>> | undefined {
  if (!algorithm) return undefined;
  if (type === "FULL_OBJECT") return { [algorithm]: whole.get(algorithm) ?? "" };
  const digest = digestOf(algorithm);
  for (const { checksums } of parts) digest.update(Buffer.from(checksums[algorithm] ?? "", "base64"));
  return { [algorithm]: `${digest.result()}-${parts.length}` };
}

/** @throws AwsError BadDigest */
function checkWhole(
  input: Readonly<Record<string, unknown>>,
  { algorithm, type }: Begun,
  checksums: Readonly<Record<string, string>> | undefined,
): void {
  if (!algorithm || type !== "FULL_OBJECT") return;
  const given = input[memberOf(algorithm)];
  if (given !== undefined && given !== checksums?.[algorithm])
    throw new AwsError("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
}
