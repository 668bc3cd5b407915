import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { synthesizePipeline } from "../support/synthesize";
import type { Block, Template } from "../support/template";

// Each test is a rule of https://www.checkov.io/5.Policy%20Index/terraform.html, so that a finding can be looked up here.
let template: Template;
beforeAll(() => {
  template = synthesizePipeline({}, { allowDataDestruction: true });
});

/** That each bucket has a resource of the type with these arguments. */
function eachBucketHas(type: string, expected: object): void {
  const buckets = template.all("aws_s3_bucket");
  expect(buckets.length).toBeGreaterThan(0);
  for (const { address } of buckets) {
    const guard = template.all(type).find(({ block }) => block.bucket === `\${${address}.id}`);
    expect(guard?.block, `${type} of ${address}`).toMatchObject(expected);
  }
}

function each(type: string, check: (block: Block) => void): void {
  const all = template.all(type);
  expect(all.length).toBeGreaterThan(0);
  for (const { block } of all) check(block);
}

describe("S3", () => {
  test("CKV_AWS_19: data is encrypted at rest", () => {
    eachBucketHas("aws_s3_bucket_server_side_encryption_configuration", {
      rule: [
        {
          apply_server_side_encryption_by_default: {
            sse_algorithm: expect.stringMatching(/^(AES256|aws:kms)$/),
          },
        },
      ],
    });
  });

  test("CKV_AWS_21: versioning is on", () => {
    eachBucketHas("aws_s3_bucket_versioning", { versioning_configuration: { status: "Enabled" } });
  });

  test("CKV_AWS_20, CKV_AWS_57: no list of access rights lets everybody read or write", () => {
    expect(template.all("aws_s3_bucket_acl")).toEqual([]);
    each("aws_s3_bucket", (block) => expect(block).not.toHaveProperty("acl"));
  });

  test("CKV_AWS_53, CKV_AWS_54, CKV_AWS_55, CKV_AWS_56, CKV2_AWS_6: public access is blocked", () => {
    eachBucketHas("aws_s3_bucket_public_access_block", {
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  test("CKV2_AWS_61: there is a lifecycle", () => {
    eachBucketHas("aws_s3_bucket_lifecycle_configuration", { rule: expect.any(Array) });
  });

  test("CKV_AWS_300: abandoned uploads are removed, whatever their prefix", () => {
    eachBucketHas("aws_s3_bucket_lifecycle_configuration", {
      rule: expect.arrayContaining([
        expect.objectContaining({
          status: "Enabled",
          filter: [{}],
          abort_incomplete_multipart_upload: [{ days_after_initiation: expect.any(Number) }],
        }),
      ]),
    });
  });

  test("CKV2_AWS_65: objects belong to the bucket's owner", () => {
    eachBucketHas("aws_s3_bucket_ownership_controls", { rule: { object_ownership: "BucketOwnerEnforced" } });
  });

  test("CKV_AWS_70, CKV_AWS_93: the bucket's policy lets nobody in and locks nobody out", () => {
    eachBucketHas("aws_s3_bucket_policy", {});
    const [statement, ...others] = template.statements("lake_bucket-policy");
    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      effect: "Deny",
      condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
    });
  });
});

describe("Kinesis", () => {
  test("CKV_AWS_43, CKV_AWS_185: streams are encrypted with a KMS key", () => {
    each("aws_kinesis_stream", (block) =>
      expect(block).toMatchObject({ encryption_type: "KMS", kms_key_id: expect.stringMatching(/.+/) }),
    );
  });
});

describe("Lambda", () => {
  test("CKV_AWS_363: the runtime is not deprecated", () => {
    each("aws_lambda_function", ({ runtime }) => expect(["nodejs22.x", "nodejs24.x"]).toContain(runtime));
  });

  test("CKV_AWS_45: no credentials are in the environment", () => {
    each("aws_lambda_function", ({ environment }) =>
      expect(JSON.stringify(environment)).not.toMatch(/AKIA[0-9A-Z]{16}|secret|password|token/i),
    );
  });
});

describe("Athena", () => {
  test("CKV_AWS_82: a workgroup's settings can't be overridden", () => {
    each("aws_athena_workgroup", (block) =>
      expect(block).toMatchObject({ configuration: { enforce_workgroup_configuration: true } }),
    );
  });

  test("CKV_AWS_159: results are encrypted", () => {
    each("aws_athena_workgroup", (block) =>
      expect(block).toMatchObject({
        configuration: {
          result_configuration: {
            encryption_configuration: { encryption_option: expect.stringMatching(/^SSE_/) },
          },
        },
      }),
    );
  });
});

describe("SQS, SNS and CloudWatch", () => {
  test("CKV_AWS_27: queues are encrypted", () => {
    each("aws_sqs_queue", (block) => expect(block.sqs_managed_sse_enabled).toBe(true));
  });

  test("CKV_AWS_168, CKV_AWS_72: no queue's policy is open", () => {
    expect(template.all("aws_sqs_queue_policy")).toEqual([]);
    each("aws_sqs_queue", (block) => expect(block).not.toHaveProperty("policy"));
  });

  test("CKV_AWS_169, CKV_AWS_385: no topic's policy is open", () => {
    const allowed = template.statements("topic-policy").filter(({ effect }) => effect !== "Deny");
    expect(allowed.length).toBeGreaterThan(0);
    for (const statement of allowed) {
      expect(statement.principals).toEqual([{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }]);
      expect(statement.condition?.map(({ variable }) => variable)).toContain("aws:SourceAccount");
    }
  });

  test("CKV_AWS_66: logs are kept for a set time", () => {
    each("aws_cloudwatch_log_group", (block) => expect(block.retention_in_days).toBeGreaterThan(0));
  });

  test("CKV_AWS_319: alarms act", () => {
    each("aws_cloudwatch_metric_alarm", (block) => {
      expect(block.actions_enabled).toBe(true);
      expect(block.alarm_actions).toHaveLength(1);
    });
  });
});

describe("the exceptions", () => {
  test("are the same for Checkov and for the reader, who is told why", () => {
    const root = join(__dirname, "../..");
    const skipped = [...readFileSync(join(root, ".checkov.yaml"), "utf8").matchAll(/^ {2}- (CKV2?_\w+)/gm)];
    const explained = [
      ...readFileSync(join(root, "docs/security.md"), "utf8").matchAll(/^\| (CKV2?_\w+) \|/gm),
    ];
    const ids = (matches: RegExpMatchArray[]) => matches.map(([, id]) => id).sort();
    expect(ids(skipped).length).toBeGreaterThan(0);
    expect(ids(explained)).toEqual(ids(skipped));
  });
});
