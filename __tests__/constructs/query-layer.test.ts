import { AthenaWorkgroup } from "@cdktf/provider-aws/lib/athena-workgroup";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { TerraformStack } from "cdktf";
import { describe, expect, test } from "vitest";
import { DataLake, type KeyReference, QueryLayer, type QueryLayerProps } from "../../constructs/index";
import { pageViewCatalog, pageViews } from "../support/page-views";
import { problemOf, propsWith } from "../support/refused";
import { problemsOf, synthesize } from "../support/synthesize";

function make(stack: TerraformStack, props: Partial<QueryLayerProps> = {}, encryptionKey?: KeyReference) {
  const bucket = new S3Bucket(stack, "bucket");
  const { catalog, views } = pageViewCatalog(
    stack,
    DataLake.fromBucket(stack, "lake", bucket, { encryptionKey }),
  );
  return { queries: new QueryLayer(stack, "queries", { catalog, ...props }), views };
}

const layer = (props?: Partial<QueryLayerProps>) => synthesize((stack) => void make(stack, props));

describe("a query layer", () => {
  test("is a workgroup that decides for every query where results go, how they are encrypted and what it may scan", () => {
    expect(layer().block("aws_athena_workgroup")).toEqual({
      name: "test-queries",
      description: "Queries of test-queries",
      force_destroy: true,
      configuration: {
        enforce_workgroup_configuration: true,
        publish_cloudwatch_metrics_enabled: true,
        bytes_scanned_cutoff_per_query: 10_737_418_240,
        engine_version: { selected_engine_version: "Athena engine version 3" },
        result_configuration: {
          output_location: "s3://${aws_s3_bucket.bucket.bucket}/athena-results/",
          encryption_configuration: { encryption_option: "SSE_S3" },
        },
      },
    });
  });

  test("takes its properties", () => {
    const template = layer({ workgroupName: "views", resultPrefix: "answers/", scanCutoffMebibytes: 10 });
    expect(template.block("aws_athena_workgroup")).toMatchObject({
      name: "views",
      configuration: {
        bytes_scanned_cutoff_per_query: 10_485_760,
        result_configuration: { output_location: "s3://${aws_s3_bucket.bucket.bucket}/answers/" },
      },
    });
  });

  test("encrypts results with a customer-managed key", () => {
    const template = synthesize((stack) => void make(stack, {}, new KmsKey(stack, "key")));
    expect(template.block("aws_athena_workgroup")).toMatchObject({
      configuration: {
        result_configuration: {
          encryption_configuration: { encryption_option: "SSE_KMS", kms_key_arn: "${aws_kms_key.key.arn}" },
        },
      },
    });
  });

  test("offers queries by name, and statements with parameters", () => {
    const sql = "SELECT '${x}'\nFROM page_views";
    const template = synthesize((stack) => {
      const { queries } = make(stack, {
        namedQueries: [{ name: "views", description: "All views", sql }],
        preparedStatements: [{ name: "views_of", description: "Of one", sql: "SELECT ?" }],
      });
      expect([...queries.namedQueries.keys()]).toEqual(["views"]);
    });
    const workgroup = expect.stringMatching(/^\$\{aws_athena_workgroup\.queries_workgroup_\w+\.name\}$/);
    expect(template.block("aws_athena_named_query")).toEqual({
      name: "views",
      description: "All views",
      database: expect.stringMatching(/^\$\{aws_glue_catalog_database\.catalog_database_\w+\.name\}$/),
      workgroup,
      query: "SELECT '$${x}'\nFROM page_views",
    });
    expect(template.block("aws_athena_prepared_statement")).toEqual({
      name: "views_of",
      description: "Of one",
      workgroup,
      query_statement: "SELECT ?",
    });
  });

  test("may be an existing workgroup", () => {
    const template = synthesize((stack) => {
      const workgroup = new AthenaWorkgroup(stack, "theirs", { name: "theirs" });
      make(stack, { workgroup, namedQueries: [{ name: "one", sql: "SELECT 1" }] });
    });
    expect(template.all("aws_athena_workgroup")).toHaveLength(1);
    expect(template.block("aws_athena_named_query").workgroup).toBe("${aws_athena_workgroup.theirs.name}");
  });

  test("does not stop a destroy by its history of queries, unless told to", () => {
    expect(layer().block("aws_athena_workgroup").force_destroy).toBe(true);
    expect(layer({ forceDestroy: false }).block("aws_athena_workgroup").force_destroy).toBe(false);
  });

  test("lets a role ask tables in one statement: workgroup, results, definitions and objects, with their key", () => {
    const template = synthesize((stack) => {
      const { queries, views } = make(stack, { resultPrefix: "answers/" }, new KmsKey(stack, "key"));
      queries.grantQuery(new IamRole(stack, "analyst", { assumeRolePolicy: "{}" }), [views]);
    });
    expect(template.statements("queries_grants")).toEqual([
      {
        actions: [
          "athena:GetNamedQuery",
          "athena:GetPreparedStatement",
          "athena:GetQueryExecution",
          "athena:GetQueryResults",
          "athena:GetWorkGroup",
          "athena:ListNamedQueries",
          "athena:ListPreparedStatements",
          "athena:StartQueryExecution",
          "athena:StopQueryExecution",
        ],
        resources: [expect.stringMatching(/^\$\{aws_athena_workgroup\.queries_workgroup_\w+\.arn\}$/)],
      },
    ]);
    const bucket = "${aws_s3_bucket.bucket.arn}";
    const key = "${aws_kms_key.key.arn}";
    expect(template.statements("lake_grants")).toEqual([
      { actions: ["s3:GetBucketLocation", "s3:ListBucket"], resources: [bucket] },
      { actions: ["s3:GetObject"], resources: [`${bucket}/answers/*`, `${bucket}/processed/page_views/*`] },
      { actions: ["kms:Decrypt"], resources: [key] },
      { actions: ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], resources: [bucket] },
      {
        actions: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
        resources: [`${bucket}/answers/*`],
      },
      { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [key] },
    ]);
    expect(template.statements("catalog_grants")[0]?.actions).toContain("glue:GetTable");
  });

  test("grants to one role after the other, by policies with names of their own", () => {
    const template = synthesize((stack) => {
      const { queries, views } = make(stack);
      for (const name of ["analyst", "engineer"])
        queries.grantQuery(new IamRole(stack, name, { assumeRolePolicy: "{}" }), [views]);
    });
    const names = template.all("aws_iam_role_policy").map(({ block }) => String(block.name));
    expect(new Set(names).size).toBe(6);
    for (const name of names) expect(name).toMatch(/^(queries|lake|catalog)-[0-9a-f]{8}$/);
  });

  test("measures the bytes that the workgroup's queries have scanned", () => {
    synthesize((stack) => {
      expect(make(stack).queries.metricProcessedBytes()).toEqual({
        namespace: "AWS/Athena",
        metricName: "ProcessedBytes",
        dimensions: { WorkGroup: expect.any(String) },
        statistic: "Sum",
      });
    });
  });

  test("measures its results' folder by the tables that are added after it as well", () => {
    const problems = problemsOf((stack) => {
      const { catalog } = pageViewCatalog(stack);
      new QueryLayer(stack, "queries", { catalog, resultPrefix: "processed/answers/" });
      catalog.addTable("answers", pageViews);
    });
    expect(problems).toEqual([
      'test/queries: resultPrefix is "processed/answers/": must not share a folder with table answers, processed/answers/: the table would read the results',
    ]);
  });

  const long = (length: number) => "x".repeat(length);
  const folder = 'must be a folder: end in "/" and not start with it';
  const below = "must not share a folder with table page_views, processed/page_views/";
  const identifier = "must be 1-256 letters, digits and underscores, and not begin with a digit";

  test.each<[string, unknown, string]>([
    ["workgroupName", "a b", "must be 1-128 letters, digits and ._-"],
    ["scanCutoffMebibytes", 9, "must be a whole number of MiB from 10 to 6675720214843"],
    ["resultPrefix", "answers", folder],
    ["resultPrefix", "answers/today", folder],
    ["resultPrefix", "/answers/", folder],
    ["resultPrefix", "processed/page_views/answers/", `${below}: the table would read the results`],
    ["resultPrefix", "processed/", `${below}: the table would read the results`],
  ])("refuses %s of %j", (path, value, rule) => {
    const problems = problemsOf((stack) => void make(stack, propsWith(path, value)));
    expect(problems).toEqual([`test/queries: ${problemOf(path, value, rule)}`]);
  });

  test.each<[string, string, string, string]>([
    ["namedQueries", "name", long(129), "must be 1-128 characters"],
    ["namedQueries", "sql", "", "must have 1 to 262144 bytes"],
    ["namedQueries", "description", "", "must have 1 to 1024 characters"],
    ["namedQueries", "description", long(1025), "must have 1 to 1024 characters"],
    ["preparedStatements", "name", "views-of", identifier],
    ["preparedStatements", "sql", "", "must have 1 to 262144 bytes"],
  ])("refuses one of the %s whose %s is %j", (prop, part, value, rule) => {
    const right = { name: "one", sql: "SELECT 1" };
    const props = { [prop]: [right, { name: "two", sql: "SELECT 1", [part]: value }] };
    expect(problemsOf((stack) => void make(stack, props))).toEqual([
      `test/queries: ${problemOf(`${prop}.1.${part}`, value, rule)}`,
    ]);
  });

  test("takes a text as long as Athena does", () => {
    const sql = `SELECT '${long(262_144 - 9)}'`;
    expect(
      problemsOf(
        (stack) => void make(stack, { namedQueries: [{ name: long(128), sql, description: long(1024) }] }),
      ),
    ).toEqual([]);
    expect(
      problemsOf((stack) => void make(stack, { namedQueries: [{ name: "one", sql: `${sql} ` }] })),
    ).toHaveLength(1);
  });

  test("may keep its results under any name in another bucket than the tables'", () => {
    const problems = problemsOf((stack) => {
      const lake = DataLake.fromBucketName(stack, "answers", "answers");
      make(stack, { lake, resultPrefix: "processed/" });
    });
    expect(problems).toEqual([]);
  });

  test("refuses an existing workgroup with a name for a new one", () => {
    const problems = problemsOf((stack) => {
      make(stack, {
        workgroup: new AthenaWorkgroup(stack, "theirs", { name: "theirs" }),
        workgroupName: "mine",
      });
    });
    expect(problems).toEqual(["test/queries: workgroup and workgroupName are both given: give one of them"]);
  });
});
