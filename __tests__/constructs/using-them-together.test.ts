import { DataAwsKmsKey } from "@cdktf/provider-aws/lib/data-aws-kms-key";
import { DataAwsS3Bucket } from "@cdktf/provider-aws/lib/data-aws-s3-bucket";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, test } from "vitest";
import {
  Catalog,
  DataLake,
  QueryLayer,
  Stream,
  StreamDelivery,
  StreamProcessor,
  setNames,
} from "../../constructs/index";
import { pageViewCatalog, pageViewIngest, pageViews } from "../support/page-views";
import { handlerEntry, problemsOf, synthesize, synthesizeStacks } from "../support/synthesize";
import type { Template } from "../support/template";

const roleIn = (stack: TerraformStack, id = "analyst") => new IamRole(stack, id, { assumeRolePolicy: "{}" });

/** Policies by role and name, as IAM tells them apart. */
const identities = (template: Template) =>
  template.all("aws_iam_role_policy").map(({ block }) => `${block.role} ${block.name}`);

const distinct = (values: readonly string[]) => new Set(values).size;

describe("a lake with a customer-managed key", () => {
  test("is written by every delivery with that key, which its role may use", () => {
    const template = synthesize((stack) => {
      const { ingest, lake } = pageViewIngest(stack, {}, { encryptionKey: new KmsKey(stack, "key") });
      new StreamDelivery(stack, "plain", { stream: ingest.stream, to: { lake, prefix: "views/" } });
    });
    for (const delivery of ["ingest_delivery", "plain"]) {
      expect(template.statements(`${delivery}_write-bucket`)).toContainEqual({
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: ["${aws_kms_key.key.arn}"],
      });
      expect(template.block("aws_kinesis_firehose_delivery_stream", delivery)).toMatchObject({
        extended_s3_configuration: { kms_key_arn: "${aws_kms_key.key.arn}" },
      });
    }
  });

  test("goes before its key when it is destroyed", () => {
    const template = synthesize((stack) => {
      new DataLake(stack, "lake", { encryptionKey: new KmsKey(stack, "key") });
    });
    expect(template.block("aws_s3_bucket").depends_on).toEqual(["aws_kms_key.key"]);
  });
});

describe("grants", () => {
  test("of one lake to one role add up", () => {
    const template = synthesize((stack) => {
      const lake = new DataLake(stack, "lake");
      const role = roleIn(stack);
      lake.grantRead(role, ["a/"]);
      lake.grantRead(role, ["b/", "a/"]);
    });
    expect(template.all("aws_iam_role_policy")).toHaveLength(1);
    expect(template.statements("lake_grants")[1]?.resources).toEqual([
      expect.stringMatching(/\/a\/\*$/),
      expect.stringMatching(/\/b\/\*$/),
    ]);
  });

  test("of several constructs to one role have names of their own, in AWS as in Terraform", () => {
    const template = synthesize((stack) => {
      const role = roleIn(stack);
      for (const team of ["web", "app"]) {
        const part = new Construct(stack, team);
        setNames(part, { project: team, environment: "test" });
        const lake = new DataLake(part, "lake");
        const catalog = new Catalog(part, "catalog", { lake });
        const table = catalog.addTable("page_views", pageViews);
        new QueryLayer(part, "queries", { catalog }).grantQuery(role, [table]);
        const stream = new Stream(part, "stream", { name: team });
        stream.grantRead(role);
        new StreamDelivery(part, "delivery", { stream, to: table, role });
        new StreamProcessor(part, "processor", { stream, function: { entry: handlerEntry, role } });
      }
    });
    const all = identities(template);
    expect(all.length).toBeGreaterThan(10);
    expect(distinct(all)).toBe(all.length);
  });

  test("to the role that another construct has made for itself leave that construct's policies alone", () => {
    const template = synthesize((stack) => {
      const { ingest } = pageViewIngest(stack);
      const stream = new Stream(stack, "clicks");
      const { role } = ingest.processor;
      new StreamProcessor(stack, "second", { stream, function: { entry: handlerEntry, role } });
    });
    const all = identities(template);
    expect(distinct(all)).toBe(all.length);
  });

  test.each([
    ["an object", (stack: TerraformStack) => roleIn(stack), "${aws_iam_role.analyst.name}"],
    ["a name", () => "analyst", "analyst"],
    ["an ARN", () => "arn:aws:iam::123456789012:role/team/analyst", "analyst"],
    [
      "an ARN that only Terraform knows",
      (stack: TerraformStack) => roleIn(stack).arn,
      '${element(reverse(split("/", aws_iam_role.analyst.arn)), 0)}',
    ],
  ])("take a role by %s", (_, roleOf, name) => {
    const template = synthesize((stack) => {
      const lake = new DataLake(stack, "lake");
      const role = roleOf(stack);
      lake.grantRead(role, ["a/"]);
      lake.grantWrite(role, ["b/"]);
    });
    expect(template.all("aws_iam_role_policy").map(({ block }) => block.role)).toEqual([name]);
  });
});

describe("what exists", () => {
  test("may be known by data sources, ARNs and names, and nothing of it is made", () => {
    const template = synthesize((stack) => {
      const bucket = new DataAwsS3Bucket(stack, "bucket", { bucket: "company-lake" });
      const key = new DataAwsKmsKey(stack, "key", { keyId: "alias/company" });
      const lake = DataLake.fromBucket(stack, "lake", bucket, { encryptionKey: key });
      const catalog = new Catalog(stack, "catalog", { lake, database: "web" });
      const stream = Stream.fromArn(stack, "stream", "arn:aws:kinesis:us-east-1:123456789012:stream/views");
      new StreamDelivery(stack, "delivery", { stream, to: catalog.addTable("page_views", pageViews) });
    });
    expect(template.statements("delivery_write-bucket")).toContainEqual({
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: ["${data.aws_kms_key.key.arn}"],
    });
    for (const type of ["aws_s3_bucket", "aws_kms_key", "aws_kinesis_stream", "aws_glue_catalog_database"])
      expect(template.all(type)).toEqual([]);
  });

  test("may be another stack's, whose lake grants this stack's role here", () => {
    let lake: DataLake;
    const { reader, owner } = synthesizeStacks({
      owner: (stack) => {
        lake = new DataLake(stack, "lake");
      },
      reader: (stack) => {
        lake.grantRead(roleIn(stack));
        const { bucketName: bucket, bucketArn: arn } = lake;
        pageViewCatalog(stack, DataLake.fromBucket(stack, "theirs", { bucket, arn }));
      },
    });
    expect(owner?.all("aws_iam_role_policy")).toEqual([]);
    expect(reader?.block("aws_iam_role_policy").role).toBe("${aws_iam_role.analyst.name}");
    expect(JSON.stringify(reader?.policyDocuments())).toContain("data.terraform_remote_state");
    expect(reader?.block("aws_glue_catalog_table").storage_descriptor).toMatchObject({
      location: expect.stringContaining("terraform_remote_state"),
    });
  });

  test("is measured by the retention that the stream itself has", () => {
    const problems = problemsOf((stack) => {
      const stream = new Stream(stack, "stream", { retentionHours: 168 });
      const week = { maximumRecordAgeSeconds: 604_799 };
      new StreamProcessor(stack, "processor", { stream, function: { entry: handlerEntry }, mapping: week });
    });
    expect(problems).toEqual([]);
  });
});

describe("a stack of others", () => {
  test("may have a construct of any name, such as account", () => {
    const template = synthesize((stack) => {
      new S3Bucket(stack, "account", { bucket: "accounts" });
      new DataLake(stack, "lake");
    });
    expect(template.block("aws_s3_bucket", "lake").bucket).toMatch(
      /^test-lake-\$\{data\.aws_caller_identity\.[\w-]+\.account_id\}$/,
    );
  });

  test("can't be given a second scheme of names", () => {
    synthesize((stack) => {
      new DataLake(stack, "lake");
      expect(() => setNames(stack, { project: "shop", environment: "prod" })).toThrow(
        /^test: setNames comes after aws: call it before anything is added, the provider included$/,
      );
    });
  });

  test("tells the problems of all its constructs in one synth, each once, with path, value and rule", () => {
    const build = (stack: TerraformStack) => {
      const lake = new DataLake(stack, "lake", { retentionDays: 1 });
      const catalog = new Catalog(stack, "catalog", { lake, databaseName: "page-views" });
      catalog.addTable("views", { columns: [] });
      new QueryLayer(stack, "queries", { catalog, scanCutoffMebibytes: 1 });
    };
    const problems = [
      "test/lake: retentionDays is 1: must be a whole number of days from 2 to 36500",
      'test/catalog: databaseName is "page-views": must be 1-128 lower-case letters, digits and underscores',
      "test/catalog/views: columns is []: a table has at least one column",
      "test/queries: scanCutoffMebibytes is 1: must be a whole number of MiB from 10 to 6675720214843",
    ];
    expect(problemsOf(build)).toEqual(problems);
    expect(() => synthesize(build)).toThrow(
      problems.map((problem) => problem.replace(/^(\S+): /, "[$1] ")).join("\n  "),
    );
  });

  test("tells those of the app's other stacks with its own, at which CDKTF ends", () => {
    const build = () =>
      synthesizeStacks({
        right: (stack) => void new DataLake(stack, "lake"),
        first: (stack) => void new DataLake(stack, "lake", { retentionDays: 1 }),
        second: (stack) => void new Stream(stack, "stream", { shardCount: 0 }),
        third: (stack) => void new Stream(stack, "stream", { retentionHours: 1 }),
      });
    expect(build).toThrow(
      [
        "[first] other stacks have problems as well:",
        "    [second/stream] shardCount is 0: must be a whole number of shards from 1 to 20000",
        "    [third/stream] retentionHours is 1: must be a whole number of hours from 24 to 8760",
        "  [first/lake] retentionDays is 1: must be a whole number of days from 2 to 36500",
      ].join("\n"),
    );
  });
});
