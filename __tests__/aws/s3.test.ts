import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { paginateListObjectsV2, S3 } from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished } from "vitest";
import { TestEndpoint } from "./fixtures/endpoint";

const stackBucket = "lab-test-000000000000";
const shared = TestEndpoint.shared({
  more: {
    aws_s3_bucket_versioning: {
      lake: { bucket: "${aws_s3_bucket.lake.bucket}", versioning_configuration: { status: "Enabled" } },
    },
    aws_s3_bucket_lifecycle_configuration: {
      lake: {
        bucket: "${aws_s3_bucket.lake.id}",
        rule: [{ id: "old", status: "Enabled", filter: { prefix: "raw/" }, expiration: { days: 30 } }],
      },
    },
  },
});

/** The bucket of the test. */
let Bucket = "";
let buckets = 0;

async function start() {
  const run = await shared();
  Bucket = `test-${buckets++}`;
  const s3 = new S3({ ...run.client, forcePathStyle: true });
  onTestFinished(() => s3.destroy());
  await s3.createBucket({ Bucket });
  const put = (Key: string, Body: string | Buffer = "x", more: object = {}) =>
    s3.putObject({ Bucket, Key, Body, ...more });
  const text = async (Key: string, more: object = {}) =>
    (await s3.getObject({ Bucket, Key, ...more })).Body?.transformToString();
  return { run, endpoint: run.endpoint, s3, put, text, lake: run.runner.lakeFolder };
}

const keys = (contents: readonly { readonly Key?: string | undefined }[] = []) =>
  contents.map(({ Key }) => Key);

describe("an object", () => {
  it("is a file of the lake, and comes back with what was said of it", async () => {
    const { s3, put, lake } = await start();
    const { ETag, ChecksumCRC32 } = await put("notes/a b+c.txt", "hello", {
      ContentType: "text/plain",
      CacheControl: "no-store",
      Metadata: { from: "me" },
    });
    expect(ETag).toBe(`"${createHash("md5").update("hello").digest("hex")}"`);
    expect(ChecksumCRC32).toBe("NhCmhg==");
    expect(readFileSync(join(lake, Bucket, "notes/a b+c.txt"), "utf8")).toBe("hello");
    const got = await s3.getObject({ Bucket, Key: "notes/a b+c.txt" });
    expect(await got.Body?.transformToString()).toBe("hello");
    expect(got).toMatchObject({
      ContentType: "text/plain",
      CacheControl: "no-store",
      ContentLength: 5,
      ETag,
      Metadata: { from: "me" },
      ServerSideEncryption: "AES256",
    });
    const head = await s3.headObject({ Bucket, Key: "notes/a b+c.txt", ChecksumMode: "ENABLED" });
    expect(head).toMatchObject({ ContentLength: 5, ETag, ChecksumCRC32: "NhCmhg==" });
  });

  it("that the runner has written is there as well", async () => {
    const { text, lake, s3 } = await start();
    await mkdir(join(lake, Bucket, "raw"), { recursive: true });
    writeFileSync(join(lake, Bucket, "raw/one.json"), "{}");
    expect(await text("raw/one.json")).toBe("{}");
    const { ETag } = await s3.headObject({ Bucket, Key: "raw/one.json" });
    expect(ETag).toMatch(/^"[0-9a-f]{32}-1"$/);
  });

  it("that is not there is an error", async () => {
    const { text, s3 } = await start();
    await expect(text("none")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(s3.headObject({ Bucket, Key: "none" })).rejects.toMatchObject({
      name: "NotFound",
    });
    await expect(s3.getObject({ Bucket: "no-such", Key: "k" })).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
  });

  it("may have any key, and none leaves the bucket's folder", async () => {
    const { put, text, s3 } = await start();
    const odd = ["a//b", "../../up", "./x", "ü/ключ", "100%/x", "a&<b>", "trailing/"];
    for (const key of odd) await put(key, key);
    for (const key of odd) expect(await text(key)).toBe(key);
    const { Contents } = await s3.listObjectsV2({ Bucket });
    expect(keys(Contents)).toEqual(odd.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  it("survives the end of the runner with its details", async () => {
    const { put, run, s3 } = await start();
    await put("kept", "v", { ContentType: "text/x" });
    await run.endpoint.pause();
    await run.endpoint.answerFor(run.read, run.runner);
    expect((await s3.headObject({ Bucket, Key: "kept" })).ContentType).toBe("text/x");
  });

  it("is read in ranges", async () => {
    const { put, s3, text } = await start();
    await put("k", "0123456789");
    expect(await text("k", { Range: "bytes=2-4" })).toBe("234");
    expect(await text("k", { Range: "bytes=-3" })).toBe("789");
    expect(await text("k", { Range: "bytes=8-" })).toBe("89");
    const { ContentRange, $metadata } = await s3.getObject({ Bucket, Key: "k", Range: "bytes=0-0" });
    expect([ContentRange, $metadata.httpStatusCode]).toEqual(["bytes 0-0/10", 206]);
    await expect(text("k", { Range: "bytes=10-" })).rejects.toMatchObject({ name: "InvalidRange" });
  });

  it("is read and written under conditions", async () => {
    const { put, text, s3 } = await start();
    const { ETag } = await put("k", "one");
    expect(await text("k", { IfMatch: ETag })).toBe("one");
    await expect(text("k", { IfMatch: '"other"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    const unchanged = text("k", { IfNoneMatch: ETag });
    await expect(unchanged).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    const later = text("k", { IfModifiedSince: new Date(Date.now() + 60_000) });
    await expect(later).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    const again = put("k", "two", { IfNoneMatch: "*" });
    await expect(again).rejects.toMatchObject({ name: "PreconditionFailed" });
    await put("k", "three", { IfMatch: ETag });
    await expect(put("k", "four", { IfMatch: ETag })).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect(await text("k")).toBe("three");
    await put("new", "v", { IfNoneMatch: "*" });
    await s3.deleteObject({ Bucket, Key: "new" });
  });

  it("goes to one of many that want to be first", async () => {
    const { put } = await start();
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => put("lock", String(n), { IfNoneMatch: "*" })),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("is refused when it is not what was announced", async () => {
    const { put, text } = await start();
    const wrong = [{ ChecksumSHA256: "AAAA" }, { ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }];
    for (const more of wrong) await expect(put("k", "v", more)).rejects.toMatchObject({ name: "BadDigest" });
    await expect(text("k")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
    "has a checksum of %s",
    async (name) => {
      const { put, s3, endpoint } = await start();
      if (name === "CRC64NVME") {
        // Of "123456789": https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme
        const response = await fetch(`${endpoint.url}/${Bucket}/k`, {
          method: "PUT",
          body: "123456789",
          headers: { ...signed, "x-amz-checksum-crc64nvme": "rosUhgp5mIg=" },
        });
        expect(response.status).toBe(200);
      } else await put("k", "123456789", { ChecksumAlgorithm: name });
      const head = await s3.headObject({ Bucket, Key: "k", ChecksumMode: "ENABLED" });
      expect(head[`Checksum${name}`]).toBeTruthy();
    },
  );

  it("comes in chunks with its checksum behind it, as the SDK sends streams", async () => {
    const { s3, run } = await start();
    const bytes = randomBytes(3 * 1024 * 1024);
    const Body = Readable.from([bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]);
    await s3.putObject({ Bucket, Key: "big", Body, ContentLength: bytes.length });
    const got = await s3.getObject({ Bucket, Key: "big" });
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    expect(got.ContentEncoding).toBeUndefined();
    expect(run.troubles).toEqual([]);
  });

  it("is copied, with its details or with others", async () => {
    const { put, s3 } = await start();
    await put("from/ü", "v", { ContentType: "text/x", Tagging: "a=1" });
    const CopySource = `${Bucket}/${encodeURIComponent("from/ü")}`;
    await s3.copyObject({ Bucket, Key: "same", CopySource });
    await s3.copyObject({
      Bucket,
      Key: "other",
      CopySource,
      MetadataDirective: "REPLACE",
      ContentType: "text/y",
    });
    const type = async (Key: string) => (await s3.headObject({ Bucket, Key })).ContentType;
    expect([await type("same"), await type("other")]).toEqual(["text/x", "text/y"]);
    const { TagSet } = await s3.getObjectTagging({ Bucket, Key: "same" });
    expect(TagSet).toEqual([{ Key: "a", Value: "1" }]);
    const itself = { Bucket, Key: "from/ü", CopySource };
    await expect(s3.copyObject(itself)).rejects.toMatchObject({ name: "InvalidRequest" });
  });

  it("is tagged", async () => {
    const { put, s3 } = await start();
    await put("k");
    await s3.putObjectTagging({ Bucket, Key: "k", Tagging: { TagSet: [{ Key: "team", Value: "a&b" }] } });
    expect((await s3.getObjectTagging({ Bucket, Key: "k" })).TagSet).toEqual([{ Key: "team", Value: "a&b" }]);
  });

  it("is deleted, with the folders that it leaves empty", async () => {
    const { put, s3, text, lake } = await start();
    for (const key of ["a/b/c", "a/b/d", "a/e"]) await put(key);
    await s3.deleteObject({ Bucket, Key: "a/e" });
    await s3.deleteObject({ Bucket, Key: "never" });
    const { Deleted } = await s3.deleteObjects({
      Bucket,
      Delete: { Objects: [{ Key: "a/b/c" }, { Key: "a/b/d" }] },
    });
    expect(keys(Deleted)).toEqual(["a/b/c", "a/b/d"]);
    await expect(text("a/b/c")).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(existsSync(join(lake, Bucket, "a"))).toBe(false);
  });
});

/** A signature in form; the SDK's own are for what it sends. */
const signed = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0",
};

describe("a list", () => {
  it("has keys in the order of their bytes, by prefix, from a key on, in pages", async () => {
    const { put, s3 } = await start();
    const all = ["a", "b-", "b/1", "b/2", "b0", "c/d/1", "c/d/2", "c/e"];
    for (const key of all) await put(key);
    const list = async (more: object) => s3.listObjectsV2({ Bucket, ...more });
    expect(keys((await list({})).Contents)).toEqual(all);
    expect(keys((await list({ Prefix: "b/" })).Contents)).toEqual(["b/1", "b/2"]);
    expect(keys((await list({ Prefix: "c/d" })).Contents)).toEqual(["c/d/1", "c/d/2"]);
    expect(keys((await list({ StartAfter: "b/1" })).Contents)).toEqual(all.slice(3));
    const pages: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client: s3, pageSize: 3 }, { Bucket }))
      pages.push(...keys(page.Contents));
    expect(pages).toEqual(all);
  });

  it("has folders as common prefixes, in pages as well", async () => {
    const { put, s3 } = await start();
    for (const key of ["a", "b-", "b/1", "b/2", "b0", "c/d/1", "c/d/2", "c/e"]) await put(key);
    const names: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket, Delimiter: "/" }))
      names.push(...keys(page.Contents), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    expect(names.toSorted()).toEqual(["a", "b-", "b/", "b0", "c/"]);
    const below = await s3.listObjects({ Bucket, Delimiter: "/", Prefix: "c/" });
    expect(below.CommonPrefixes).toEqual([{ Prefix: "c/d/" }]);
    expect(keys(below.Contents)).toEqual(["c/e"]);
  });

  it("has each object as its one version", async () => {
    const { put, s3 } = await start();
    await put("k");
    const { Versions } = await s3.listObjectVersions({ Bucket });
    expect(Versions).toMatchObject([{ Key: "k", VersionId: "null", IsLatest: true, Size: 1 }]);
  });
});

describe("an upload in parts", () => {
  const part = randomBytes(5 * 1024 * 1024);

  it("becomes an object when it is complete", async () => {
    const { s3, put } = await start();
    await put("source", "tail");
    const { UploadId } = await s3.createMultipartUpload({
      Bucket,
      Key: "big",
      ContentType: "text/x",
      ChecksumAlgorithm: "CRC32",
    });
    const upload = { Bucket, Key: "big", UploadId };
    const one = await s3.uploadPart({ ...upload, PartNumber: 1, Body: part });
    const two = await s3.uploadPartCopy({ ...upload, PartNumber: 2, CopySource: `${Bucket}/source` });
    const { Parts } = await s3.listParts(upload);
    expect(Parts).toMatchObject([
      { PartNumber: 1, Size: part.length, ETag: one.ETag },
      { PartNumber: 2, Size: 4 },
    ]);
    expect((await s3.listMultipartUploads({ Bucket })).Uploads).toMatchObject([{ Key: "big" }]);
    const { ETag } = await s3.completeMultipartUpload({
      ...upload,
      MultipartUpload: {
        Parts: [
          { PartNumber: 1, ETag: one.ETag },
          { PartNumber: 2, ETag: two.CopyPartResult?.ETag },
        ],
      },
    });
    const md5s = [part, Buffer.from("tail")].map((bytes) => createHash("md5").update(bytes).digest());
    expect(ETag).toBe(`"${createHash("md5").update(Buffer.concat(md5s)).digest("hex")}-2"`);
    const got = await s3.getObject({ Bucket, Key: "big" });
    expect(got.ContentType).toBe("text/x");
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat([part, Buffer.from("tail")]))).toBe(true);
    expect((await s3.listMultipartUploads({ Bucket })).Uploads).toBeUndefined();
  });

  it("is refused with parts that are too small, wrong or in disorder, and can be given up", async () => {
    const { s3 } = await start();
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "k" });
    const upload = { Bucket, Key: "k", UploadId };
    const put = async (PartNumber: number) => ({
      PartNumber,
      ETag: (await s3.uploadPart({ ...upload, PartNumber, Body: "small" })).ETag,
    });
    const [one, two] = [await put(1), await put(2)];
    const complete = (...Parts: (typeof one)[]) =>
      s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts } });
    await expect(complete(one, two)).rejects.toMatchObject({ name: "EntityTooSmall" });
    await expect(complete(two, one)).rejects.toMatchObject({ name: "InvalidPartOrder" });
    await expect(complete({ ...one, ETag: '"no"' })).rejects.toMatchObject({ name: "InvalidPart" });
    await s3.abortMultipartUpload(upload);
    await expect(complete(one)).rejects.toMatchObject({ name: "NoSuchUpload" });
  });
});

describe("a bucket", () => {
  it("is what the stack says of it", async () => {
    const { s3 } = await start();
    Bucket = stackBucket;
    expect((await s3.headBucket({ Bucket })).BucketRegion).toBe("eu-west-1");
    expect((await s3.listBuckets({ Prefix: "lab" })).Buckets).toMatchObject([{ Name: Bucket }]);
    expect((await s3.getBucketLocation({ Bucket })).LocationConstraint).toBe("eu-west-1");
    expect((await s3.getBucketVersioning({ Bucket })).Status).toBe("Enabled");
    expect((await s3.getBucketLifecycleConfiguration({ Bucket })).Rules).toMatchObject([
      { ID: "old", Status: "Enabled", Filter: { Prefix: "raw/" }, Expiration: { Days: 30 } },
    ]);
  });

  it("is part of the host's name as well", async () => {
    const { endpoint, put } = await start();
    await put("k", "v");
    const { port } = new URL(endpoint.url);
    const ask = (host: string, path: string) =>
      new Promise<string>((resolve, reject) => {
        import("node:http").then(({ get }) =>
          get({ port, path, host: "127.0.0.1", headers: { ...signed, host } }, async (answer) => {
            let text = "";
            for await (const chunk of answer) text += chunk;
            resolve(`${answer.statusCode} ${text}`);
          }).on("error", reject),
        );
      });
    expect(await ask(`${Bucket}.localhost:${port}`, "/k")).toBe("200 v");
    expect(await ask(`${Bucket}.s3.localhost:${port}`, "/k")).toBe("200 v");
    expect(await ask(`${Bucket}.evil.example:${port}`, "/k")).toContain("403");
  });
});

describe("a pre-signed URL", () => {
  const url = (endpoint: string, seconds: number, at = new Date()) => {
    const date = at.toISOString().replace(/[-:]|\.\d+/g, "");
    const query = new URLSearchParams({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `local/${date.slice(0, 8)}/eu-west-1/s3/aws4_request`,
      "X-Amz-Date": date,
      "X-Amz-Expires": String(seconds),
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": "0",
      "response-content-type": "text/z",
    });
    return `${endpoint}/${Bucket}/k?${query}`;
  };

  it("reads and writes without other headers until it has expired", async () => {
    const { endpoint, put } = await start();
    await put("k", "v");
    const got = await fetch(url(endpoint.url, 60));
    expect([got.headers.get("content-type"), await got.text()]).toEqual(["text/z", "v"]);
    expect((await fetch(url(endpoint.url, 60), { method: "PUT", body: "w" })).status).toBe(200);
    expect(await (await fetch(url(endpoint.url, 60))).text()).toBe("w");
    const expired = await fetch(url(endpoint.url, 60, new Date(Date.now() - 120_000)));
    expect([expired.status, await expired.text()]).toEqual([
      403,
      expect.stringContaining("Request has expired"),
    ]);
  });

  it("is needed where there is no signature", async () => {
    const { endpoint } = await start();
    expect((await fetch(`${endpoint.url}/${Bucket}/k`)).status).toBe(403);
  });
});

it("a body that is broken off in its chunks is refused, and the client is told", async () => {
  const { endpoint, text } = await start();
  const response = await fetch(`${endpoint.url}/${Bucket}/k`, {
    method: "PUT",
    body: "5\r\nhel",
    headers: { ...signed, "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER" },
  });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("IncompleteBody")]);
  await expect(text("k")).rejects.toMatchObject({ name: "NoSuchKey" });
});
