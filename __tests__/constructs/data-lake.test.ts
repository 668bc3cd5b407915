import { DataAwsS3Bucket } from "@cdktf/provider-aws/lib/data-aws-s3-bucket";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { TerraformStack } from "cdktf";
import { beforeEach, describe, expect, test } from "vitest";
import {
  AccessLogBucket,
  type AccessLogBucketProps,
  DataLake,
  type DataLakeProps,
  zones,
} from "../../constructs/index";
import { problemsOf, synthesize } from "../support/synthesize";
import type { Template } from "../support/template";

const bucket = expect.stringMatching(/^\$\{aws_s3_bucket\.lake_bucket_\w+\.id\}$/);
const lake = (props?: DataLakeProps, context = {}) =>
  synthesize((stack) => void new DataLake(stack, "lake", props), { context });
const rules = (template: Template) =>
  template.block("aws_s3_bucket_lifecycle_configuration").rule as { id: string; [key: string]: unknown }[];
const rule = (template: Template, id: string) => rules(template).find((each) => each.id === id);

/** The statements of the one policy document that allows the action. */
function documentWith(template: Template, action: string) {
  const found = template
    .policyDocuments()
    .map(({ statements }) => statements)
    .filter((statements) => statements.some(({ actions }) => actions.includes(action)));
  expect(found).toHaveLength(1);
  return found[0];
}

describe("a lake with defaults", () => {
  let template: Template;
  beforeEach(() => {
    template = lake();
  });

  test("is one bucket, named after stack, construct and account, that no destroy empties", () => {
    expect(template.block("aws_s3_bucket")).toEqual({
      bucket: "test-lake-${data.aws_caller_identity.streaming-data-lake-account.account_id}",
      force_destroy: false,
    });
  });

  test("answers over TLS only", () => {
    expect(template.statements("bucket-policy")).toEqual([
      {
        sid: "DenyInsecureTransport",
        effect: "Deny",
        principals: [{ type: "*", identifiers: ["*"] }],
        actions: ["s3:*"],
        resources: [
          expect.stringMatching(/^\$\{aws_s3_bucket\.lake_bucket_\w+\.arn\}$/),
          expect.stringMatching(/^\$\{aws_s3_bucket\.lake_bucket_\w+\.arn\}\/\*$/),
        ],
        condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      },
    ]);
    expect(template.block("aws_s3_bucket_policy")).toEqual({
      bucket,
      policy: expect.stringMatching(/bucket-policy-document_\w+\.json\}$/),
      depends_on: [expect.stringMatching(/^aws_s3_bucket_public_access_block\./)],
    });
  });

  test("is encrypted", () => {
    expect(template.block("aws_s3_bucket_server_side_encryption_configuration")).toEqual({
      bucket,
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
    });
  });

  test("moves records to cheaper classes, and lets go of everything in time", () => {
    expect(template.block("aws_s3_bucket_lifecycle_configuration")).toEqual({
      bucket,
      depends_on: [expect.stringMatching(/^aws_s3_bucket_versioning\./)],
      rule: [
        {
          id: "abandoned",
          status: "Enabled",
          filter: [{}],
          abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
          noncurrent_version_expiration: [{ noncurrent_days: 7 }],
        },
        {
          id: "raw",
          status: "Enabled",
          filter: [{ prefix: "raw/" }],
          transition: [
            { days: 30, storage_class: "STANDARD_IA" },
            { days: 90, storage_class: "GLACIER_IR" },
          ],
          expiration: [{ days: 365 }],
        },
        {
          id: "processed",
          status: "Enabled",
          filter: [{ prefix: "processed/" }],
          transition: [{ days: 90, storage_class: "STANDARD_IA" }],
          expiration: [{ days: 365 }],
        },
        { id: "errors", status: "Enabled", filter: [{ prefix: "errors/" }], expiration: [{ days: 90 }] },
        {
          id: "results",
          status: "Enabled",
          filter: [{ prefix: "athena-results/" }],
          expiration: [{ days: 7 }],
        },
      ],
    });
  });

  test("has no access log", () => {
    expect(template.all("aws_s3_bucket_logging")).toEqual([]);
  });
});

describe("a lake", () => {
  test("keeps each zone as long as told", () => {
    const template = lake({
      retentionDays: 200,
      errorRetentionDays: 20,
      resultRetentionDays: 2,
      noncurrentVersionRetentionDays: 3,
    });
    expect(rule(template, "raw")).toMatchObject({ expiration: [{ days: 200 }] });
    expect(rule(template, "processed")).toMatchObject({ expiration: [{ days: 200 }] });
    expect(rule(template, "errors")).toMatchObject({ expiration: [{ days: 20 }] });
    expect(rule(template, "results")).toMatchObject({ expiration: [{ days: 2 }] });
    expect(rule(template, "abandoned")).toMatchObject({
      noncurrent_version_expiration: [{ noncurrent_days: 3 }],
    });
  });

  test.each([
    [59, []],
    [60, ["STANDARD_IA"]],
    [179, ["STANDARD_IA"]],
    [180, ["STANDARD_IA", "GLACIER_IR"]],
  ])("kept for %i days moves only to classes that are worth it", (retentionDays, classes) => {
    const { transition = [] } = rule(lake({ retentionDays }), "raw") as {
      transition?: { storage_class: string }[];
    };
    expect(transition.map((tier) => tier.storage_class)).toEqual(classes);
  });

  test("has a customer-managed key with a bucket key", () => {
    const template = synthesize((stack) => {
      new DataLake(stack, "lake", { encryptionKey: new KmsKey(stack, "key") });
    });
    expect(template.block("aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
      {
        apply_server_side_encryption_by_default: {
          sse_algorithm: "aws:kms",
          kms_master_key_id: "${aws_kms_key.key.arn}",
        },
        bucket_key_enabled: true,
      },
    ]);
  });

  test("writes an access log", () => {
    const template = synthesize((stack) => {
      const logs = new S3Bucket(stack, "logs");
      new DataLake(stack, "lake", { accessLogs: { bucket: logs, prefix: "lake/" } });
    });
    expect(template.block("aws_s3_bucket_logging")).toEqual({
      bucket,
      target_bucket: "${aws_s3_bucket.logs.id}",
      target_prefix: "lake/",
    });
  });

  test("is emptied by a destroy with both keys only", () => {
    const allowed = { allowDataDestruction: true };
    expect(lake({ forceDestroy: true }, allowed).block("aws_s3_bucket").force_destroy).toBe(true);
    expect(lake({}, allowed).block("aws_s3_bucket").force_destroy).toBe(false);
    const problem =
      'test/lake: forceDestroy is true: deleting data takes a second key: set "allowDataDestruction": true in the context of cdktf.json';
    for (const context of [{}, { allowDataDestruction: false }, { allowDataDestruction: "true" }])
      expect(
        problemsOf((stack) => void new DataLake(stack, "lake", { forceDestroy: true }), { context }),
      ).toEqual([problem]);
  });

  test("lets roles read and write below prefixes", () => {
    const template = synthesize((stack) => {
      const role = (id: string) => new IamRole(stack, id, { assumeRolePolicy: "{}" });
      const one = new DataLake(stack, "lake");
      one.grantRead(role("reader"));
      one.grantWrite(role("writer"), ["raw/x/", "raw/y/"]);
    });
    const arn = expect.stringMatching(/^\$\{aws_s3_bucket\.lake_bucket_\w+\.arn\}$/);
    const below = (prefix: string) =>
      expect.stringMatching(new RegExp(`^\\$\\{aws_s3_bucket\\.lake_bucket_\\w+\\.arn\\}/${prefix}\\*$`));
    const [read, write] = ["s3:GetObject", "s3:PutObject"].map((action) => documentWith(template, action));
    expect(read).toEqual([
      { actions: ["s3:GetBucketLocation", "s3:ListBucket"], resources: [arn] },
      { actions: ["s3:GetObject"], resources: [below("raw/"), below("processed/")] },
    ]);
    expect(write).toEqual([
      { actions: ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], resources: [arn] },
      {
        actions: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
        resources: [below("raw/x/"), below("raw/y/")],
      },
    ]);
  });

  test("grants its key with the objects", () => {
    const template = synthesize((stack) => {
      const one = new DataLake(stack, "lake", { encryptionKey: new KmsKey(stack, "key") });
      one.grantRead(new IamRole(stack, "reader", { assumeRolePolicy: "{}" }), ["processed/"]);
      one.grantWrite(new IamRole(stack, "writer", { assumeRolePolicy: "{}" }), ["processed/"]);
    });
    const resources = ["${aws_kms_key.key.arn}"];
    const [read, write] = ["s3:GetObject", "s3:PutObject"].map((action) => documentWith(template, action));
    expect(read).toContainEqual({ actions: ["kms:Decrypt"], resources });
    expect(write).toContainEqual({
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources,
    });
  });

  test.each([
    ["retentionDays", 1, 2],
    ["errorRetentionDays", 0, 1],
    ["resultRetentionDays", 0, 1],
    ["noncurrentVersionRetentionDays", 0, 1],
  ])("refuses %s of %s", (prop, days, least) => {
    expect(problemsOf((stack) => void new DataLake(stack, "lake", { [prop]: days }))).toEqual([
      `test/lake: ${prop} is ${days}: must be a whole number of days from ${least} to 36500`,
    ]);
  });

  test.each([
    "ab",
    "Lake",
    "my_lake",
    "my.lake",
    "-lake",
    "lake-",
    "xn--lake",
    "sthree-lake",
    "lake-s3alias",
    "l".repeat(64),
  ])("refuses the bucket name %s", (bucketName) => {
    expect(problemsOf((stack) => void new DataLake(stack, "lake", { bucketName }))).toEqual([
      `test/lake: bucketName is "${bucketName}": must be 3-63 lower-case letters, digits and hyphens, none of them at an end`,
    ]);
  });

  test.each(["abc", "a-1", "l".repeat(63)])("takes the bucket name %s", (bucketName) => {
    expect(lake({ bucketName }).block("aws_s3_bucket").bucket).toBe(bucketName);
  });

  test("refuses an id of which no bucket name can be made", () => {
    expect(problemsOf((stack) => void new DataLake(stack, "Lake"))).toEqual([
      'test/Lake: bucketName is "test-Lake-000000000000": must be 3-63 lower-case letters, digits and hyphens, none of them at an end',
    ]);
  });
});

describe("an existing lake", () => {
  const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

  test("is known by its bucket's name, and left as it is", () => {
    const template = synthesize((stack) => {
      const theirs = DataLake.fromBucketName(stack, "lake", "their-lake");
      expect(theirs).toMatchObject({ bucketName: "their-lake", bucketArn: "arn:aws:s3:::their-lake", zones });
      expect(theirs.pipelineKey).toBeUndefined();
    });
    expect(template.addresses()).toEqual([]);
  });

  test("is known by a resource or a data source", () => {
    const template = synthesize((stack) => {
      const data = new DataAwsS3Bucket(stack, "theirs", { bucket: "their-lake" });
      DataLake.fromBucket(stack, "lake", data).grantRead("readers");
    });
    expect(template.statements("lake_grants")[0]?.resources).toEqual(["${data.aws_s3_bucket.theirs.arn}"]);
  });

  test("grants its objects with its key", () => {
    const template = synthesize((stack) => {
      const theirs = DataLake.fromBucketName(stack, "lake", "their-lake", {
        encryptionKey: key,
        zones: { raw: "in/" },
      });
      theirs.grantRead("readers");
    });
    expect(template.statements("lake_grants")).toEqual([
      { actions: ["s3:GetBucketLocation", "s3:ListBucket"], resources: ["arn:aws:s3:::their-lake"] },
      {
        actions: ["s3:GetObject"],
        resources: ["arn:aws:s3:::their-lake/in/*", "arn:aws:s3:::their-lake/processed/*"],
      },
      { actions: ["kms:Decrypt"], resources: [key] },
    ]);
  });

  test("is refused with a wrong name, key or zone", () => {
    const problems = problemsOf((stack) => {
      DataLake.fromBucketName(stack, "lake", "Theirs", {
        encryptionKey: "alias/theirs",
        zones: { raw: "in" },
      });
    });
    expect(problems).toEqual([
      'test/lake: bucketName is "Theirs": must be the name of an S3 bucket',
      expect.stringMatching(
        /^test\/lake: encryptionKey is "alias\/theirs": must be a key or its ARN, such as arn:/,
      ),
      'test/lake: zones.raw is "in": must be a folder: end in "/" and not start with it',
    ]);
  });
});

describe("a bucket for access logs", () => {
  const logs = (props?: AccessLogBucketProps) =>
    synthesize((stack) => void new AccessLogBucket(stack, "logs", props));

  test("takes what S3 writes for this account, privately and for a while", () => {
    const template = logs();
    expect(template.block("aws_s3_bucket")).toEqual({
      bucket: "test-logs-${data.aws_caller_identity.streaming-data-lake-account.account_id}",
      force_destroy: false,
    });
    expect(template.statements("bucket-policy")).toEqual([
      {
        sid: "AccessLogs",
        actions: ["s3:PutObject"],
        resources: [expect.stringMatching(/^\$\{aws_s3_bucket\.logs_bucket_\w+\.arn\}\/\*$/)],
        principals: [{ type: "Service", identifiers: ["logging.s3.amazonaws.com"] }],
        condition: [
          {
            test: "StringEquals",
            variable: "aws:SourceAccount",
            values: ["${data.aws_caller_identity.streaming-data-lake-account.account_id}"],
          },
        ],
      },
      expect.objectContaining({ sid: "DenyInsecureTransport" }),
    ]);
    expect(template.block("aws_s3_bucket_public_access_block")).toMatchObject({
      restrict_public_buckets: true,
    });
    expect(template.block("aws_s3_bucket_policy").depends_on).toEqual([
      expect.stringMatching(/^aws_s3_bucket_public_access_block\./),
    ]);
    expect(template.block("aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
    ]);
    expect(template.block("aws_s3_bucket_lifecycle_configuration").rule).toEqual([
      {
        id: "expire",
        status: "Enabled",
        filter: [{}],
        expiration: [{ days: 90 }],
        noncurrent_version_expiration: [{ noncurrent_days: 1 }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
      },
    ]);
  });

  test("keeps what is removed for a day", () => {
    const template = logs();
    expect(template.block("aws_s3_bucket_versioning").versioning_configuration).toEqual({
      status: "Enabled",
    });
    expect(template.block("aws_s3_bucket_lifecycle_configuration").depends_on).toEqual([
      expect.stringMatching(/^aws_s3_bucket_versioning\./),
    ]);
  });

  test("takes a name and a retention", () => {
    const template = logs({ bucketName: "my-logs", retentionDays: 5 });
    expect(template.block("aws_s3_bucket").bucket).toBe("my-logs");
    expect(template.block("aws_s3_bucket_lifecycle_configuration").rule).toMatchObject([
      { expiration: [{ days: 5 }] },
    ]);
  });

  test("is emptied by a destroy with both keys only", () => {
    const make = (stack: TerraformStack) => void new AccessLogBucket(stack, "logs", { forceDestroy: true });
    const template = synthesize(make, { context: { allowDataDestruction: true } });
    expect(template.block("aws_s3_bucket").force_destroy).toBe(true);
    expect(problemsOf(make)).toEqual([
      expect.stringContaining("test/logs: forceDestroy is true: deleting data"),
    ]);
  });

  test("refuses wrong ones", () => {
    const problems = problemsOf(
      (stack) => void new AccessLogBucket(stack, "logs", { bucketName: "My", retentionDays: 0 }),
    );
    expect(problems).toEqual([
      'test/logs: bucketName is "My": must be 3-63 lower-case letters, digits and hyphens, none of them at an end',
      "test/logs: retentionDays is 0: must be a whole number of days from 1 to 36500",
    ]);
    expect(problemsOf((stack) => void new AccessLogBucket(stack, "Logs"))).toEqual([
      expect.stringContaining('bucketName is "test-Logs-000000000000"'),
    ]);
  });
});
