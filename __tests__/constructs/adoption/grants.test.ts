import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { TerraformStack } from "cdktf";
import { describe, expect, test } from "vitest";
import {
  AccessLogBucket,
  Catalog,
  CustomerManagedKey,
  DataLake,
  LakeTable,
  QueryLayer,
  Stream,
  StreamDelivery,
  StreamingIngest,
  StreamProcessor,
} from "../../../constructs/index";
import { handlerEntry, problemsOf, synthesize, synthesizeStacks } from "../../support/synthesize";
import type { Template } from "../../support/template";

const streamArn = "arn:aws:kinesis:us-east-1:123456789012:stream/views";
const roleIn = (stack: TerraformStack, id = "role") => new IamRole(stack, id, { assumeRolePolicy: "{}" });
const folderOf = (stack: TerraformStack) => ({ lake: new DataLake(stack, "lake"), prefix: "raw/views/" });
const streamIn = (stack: TerraformStack) => Stream.fromArn(stack, "stream", streamArn);

const policyNames = (template?: Template) =>
  template?.all("aws_iam_role_policy").map(({ block }) => String(block.name)) ?? [];

describe("a role of another stack", () => {
  test("is taken on by a delivery, whose stack has the policies and needs the role's", () => {
    let role: IamRole;
    const { roles, delivery } = synthesizeStacks({
      roles: (stack) => {
        role = roleIn(stack);
      },
      delivery: (stack) => {
        new StreamDelivery(stack, "delivery", { stream: streamIn(stack), to: folderOf(stack), role });
      },
    });
    expect(policyNames(roles)).toEqual([]);
    expect(delivery?.block("aws_iam_role_policy").role).toContain("data.terraform_remote_state");
  });

  test("is taken on by a function, and granted more by a lake of the function's stack", () => {
    let role: IamRole;
    const { roles, work } = synthesizeStacks({
      roles: (stack) => {
        role = roleIn(stack);
      },
      work: (stack) => {
        const entry = handlerEntry;
        new StreamProcessor(stack, "processor", { stream: streamIn(stack), function: { entry, role } });
        new DataLake(stack, "lake").grantRead(role);
      },
    });
    expect(policyNames(roles)).toEqual([]);
    expect(policyNames(work)).toHaveLength(3);
  });

  test("is granted something and then taken on, in either order", () => {
    const build = (steps: ("grant" | "use")[]) => {
      let role: IamRole;
      const { roles, work } = synthesizeStacks({
        roles: (stack) => {
          role = roleIn(stack);
        },
        work: (stack) => {
          const to = folderOf(stack);
          const grant = () => void to.lake.grantRead(role);
          const use = () => void new StreamDelivery(stack, "delivery", { stream: streamIn(stack), to, role });
          for (const step of steps) ({ grant, use })[step]();
        },
      });
      return [policyNames(roles), policyNames(work).sort()];
    };
    const [ofRoles, ofWork] = build(["grant", "use"]);
    expect(ofRoles).toEqual([]);
    expect(ofWork).toHaveLength(2);
    expect(build(["use", "grant"])).toEqual([ofRoles, ofWork]);
  });

  test("is granted something by the stack that reads a stream for the role's function", () => {
    let role: IamRole;
    let fn: LambdaFunction;
    const { roles, work } = synthesizeStacks({
      roles: (stack) => {
        role = roleIn(stack);
        fn = new LambdaFunction(stack, "fn", { functionName: "fn", role: role.arn });
      },
      work: (stack) => {
        new DataLake(stack, "lake").grantRead(role);
        new StreamProcessor(stack, "processor", { stream: streamArn, function: fn });
      },
    });
    expect(policyNames(roles)).toEqual([]);
    expect(policyNames(work)).not.toEqual([]);
  });

  test.each<[string, (stack: TerraformStack) => (work: TerraformStack) => DataLake]>([
    [
      "key",
      (stack) => {
        const encryptionKey = new CustomerManagedKey(stack, "key");
        return (work) => new DataLake(work, "lake", { encryptionKey });
      },
    ],
    [
      "access log bucket",
      (stack) => {
        const { bucket } = new AccessLogBucket(stack, "logs");
        return (work) => new DataLake(work, "lake", { accessLogs: { bucket, prefix: "lake/" } });
      },
    ],
    [
      "alarm topic",
      (stack) => {
        const alarmTopic = new SnsTopic(stack, "topic");
        return (work) => {
          const lake = new DataLake(work, "lake");
          const to = { lake, prefix: "raw/" };
          new StreamingIngest(work, "ingest", { handler: handlerEntry, to, monitoring: { alarmTopic } });
          return lake;
        };
      },
    ],
  ])("whose stack has this stack's %s is granted the lake by a policy of this stack", (_, partOf) => {
    let role: IamRole;
    let lakeOf: (work: TerraformStack) => DataLake;
    const { base, work } = synthesizeStacks({
      base: (stack) => {
        role = roleIn(stack);
        lakeOf = partOf(stack);
      },
      work: (stack) => void lakeOf(stack).grantRead(role),
    });
    expect(policyNames(base)).toEqual([]);
    expect(policyNames(work)).toContainEqual(expect.stringMatching(/^lake-[0-9a-f]{8}$/));
  });

  test("is granted something before this stack comes to need the role's", () => {
    let role: IamRole;
    let encryptionKey: CustomerManagedKey;
    const { base, work } = synthesizeStacks({
      base: (stack) => {
        role = roleIn(stack);
        encryptionKey = new CustomerManagedKey(stack, "key");
      },
      work: (stack) => {
        new DataLake(stack, "lake").grantRead(role);
        new Stream(stack, "stream", { encryptionKey });
      },
    });
    expect([policyNames(base).length, policyNames(work).length]).toEqual([0, 1]);
  });

  test("may be granted something by a stack whose own role is granted something by the other", () => {
    const stacks: Record<string, TerraformStack> = {};
    const { a, b } = synthesizeStacks({
      a: (stack) => {
        stacks.a = stack;
      },
      b: (stack) => {
        const other = stacks.a as TerraformStack;
        new DataLake(other, "lake").grantRead(roleIn(stack));
        new DataLake(stack, "lake").grantRead(roleIn(other));
      },
    });
    expect([policyNames(a).length, policyNames(b).length]).toEqual([0, 2]);
    expect(JSON.stringify(a)).not.toContain("terraform_remote_state");
  });

  test.each(["roles", "work"])(
    "whose policy something of %s depends on is refused where that can't be",
    (dependent) => {
      const stacks: Record<string, TerraformStack> = {};
      const build = () =>
        synthesizeStacks({
          roles: (stack) => {
            stacks.roles = stack;
          },
          work: (stack) => {
            stacks.work = stack;
            const { roles } = stacks as { roles: TerraformStack };
            const encryptionKey = new CustomerManagedKey(roles, "key");
            const policy = new DataLake(stack, "lake", { encryptionKey }).grantRead(roleIn(roles));
            new SnsTopic(stacks[dependent] as TerraformStack, "topic", { dependsOn: [policy] });
          },
        });
      expect(build).toThrow(
        `[work/lake] grantee is roles/role: its policy must be in stack work, which needs stack roles, so ${dependent}/topic can't depend on it: only work can, with the role given by its name or ARN`,
      );
    },
  );

  test("is not taken for this stack's role of the same id", () => {
    let theirs: IamRole;
    const { roles, work } = synthesizeStacks({
      roles: (stack) => {
        theirs = roleIn(stack);
      },
      work: (stack) => {
        const lake = new DataLake(stack, "lake");
        lake.grantRead(roleIn(stack));
        lake.grantRead(theirs);
      },
    });
    expect([policyNames(roles).length, policyNames(work).length]).toEqual([1, 1]);
  });

  test("is told apart from this stack's role of the same id", () => {
    let theirs: IamRole;
    const { work } = synthesizeStacks({
      roles: (stack) => {
        theirs = roleIn(stack);
      },
      work: (stack) => {
        const lake = new DataLake(stack, "lake");
        lake.grantRead(roleIn(stack).name, ["own/"]);
        lake.grantRead(theirs.name, ["theirs/"]);
      },
    });
    expect(policyNames(work)).toHaveLength(2);
  });
});

describe("what another stack has", () => {
  test("works together: stream, lake, table and function", () => {
    let parts: { stream: Stream; table: LakeTable; fn: LambdaFunction };
    const { work } = synthesizeStacks({
      base: (stack) => {
        const lake = new DataLake(stack, "lake");
        const catalog = new Catalog(stack, "catalog", { lake });
        parts = {
          stream: new Stream(stack, "stream"),
          table: catalog.addTable("views", { columns: [{ name: "page", type: "string" }] }),
          fn: new LambdaFunction(stack, "fn", { functionName: "fn", role: roleIn(stack).arn }),
        };
      },
      work: (stack) => {
        const { stream, table, fn } = parts;
        new StreamDelivery(stack, "delivery", { stream, to: table });
        new StreamProcessor(stack, "processor", { stream, function: fn });
      },
    });
    expect(JSON.stringify(work?.policyDocuments())).toContain("data.terraform_remote_state");
  });
});

describe("the policy of a grant to a role that exists", () => {
  const nameIn = (environment: string, bucket = "company-lake") => {
    const template = synthesize(
      (stack) => void DataLake.fromBucketName(stack, "lake", bucket).grantRead("analysts"),
      { names: { project: "views", environment } },
    );
    return template.block("aws_iam_role_policy").name;
  };

  test("has a name of its own for each environment, region and bucket", () => {
    expect(nameIn("dev")).toMatch(
      /^views-dev-lake-\$\{data\.aws_region\.streaming-data-lake-region\.id\}-[0-9a-f]{8}$/,
    );
    expect(nameIn("prod")).toMatch(/^views-prod-lake-/);
    expect(new Set([nameIn("dev"), nameIn("prod"), nameIn("dev", "other-lake")]).size).toBe(3);
    expect(nameIn("dev")).toBe(nameIn("dev"));
  });

  test.each([
    ["a name", () => "analysts"],
    ["an ARN", () => "arn:aws:iam::123456789012:role/analysts"],
    ["a data source", (stack: TerraformStack) => new DataAwsIamRole(stack, "role", { name: "analysts" })],
  ])("is one of this deployment when the role is known by %s", (_, granteeOf) => {
    const template = synthesize((stack) => {
      new DataLake(stack, "lake").grantRead(granteeOf(stack));
    });
    expect(policyNames(template)).toEqual([expect.stringMatching(/^test-lake-.*region.*-[0-9a-f]{8}$/)]);
  });

  test("needs no more than id and hash where the app makes the role", () => {
    const template = synthesize((stack) => void new DataLake(stack, "lake").grantRead(roleIn(stack)));
    expect(policyNames(template)).toEqual([expect.stringMatching(/^lake-[0-9a-f]{8}$/)]);
  });

  test("fits into IAM's 128 characters", () => {
    const template = synthesize(
      (stack) => void Stream.fromArn(stack, "l".repeat(120), streamArn).grantRead("analysts"),
    );
    const longestRegion = "ap-northeast-1";
    const name = String(template.block("aws_iam_role_policy").name).replace(/\$\{.*\}/, longestRegion);
    expect(name.length).toBeLessThanOrEqual(128);
  });
});

describe("a grantee", () => {
  test.each([
    ["", 'grantee is "": must be a role, its ARN, or its name of 1-64 letters, digits and +=,.@_-'],
    ["a b!", 'grantee is "a b!": must be a role, its ARN, or its name of 1-64 letters, digits and +=,.@_-'],
    [
      "team/analysts",
      'grantee is "team/analysts": must be a role, its ARN, or its name of 1-64 letters, digits and +=,.@_-',
    ],
    [
      "arn:aws:iam::123456789012:user/bob",
      'grantee is "arn:aws:iam::123456789012:user/bob": must be a role or its ARN, such as arn:aws:iam::123456789012:role/analysts',
    ],
  ])("%j is refused", (grantee, problem) => {
    expect(problemsOf((stack) => void new DataLake(stack, "lake").grantRead(grantee))).toEqual([
      `test/lake: ${problem}`,
    ]);
  });

  test("may have a path, which its name does not", () => {
    const template = synthesize((stack) => {
      new DataLake(stack, "lake").grantRead("arn:aws:iam::123456789012:role/team/web/analysts");
    });
    expect(template.block("aws_iam_role_policy").role).toBe("analysts");
  });

  test("of another account is refused by Terraform, because this account's role of that name is another", () => {
    const template = synthesize((stack) => {
      new DataLake(stack, "lake").grantRead("arn:aws:iam::999999999999:role/analysts");
    });
    expect(template.block("aws_iam_role_policy").lifecycle).toEqual({
      precondition: [
        {
          condition: '${(data.aws_caller_identity.streaming-data-lake-account.account_id == "999999999999")}',
          error_message:
            "arn:aws:iam::999999999999:role/analysts is a role of another account: grant it this there, and allow it here by a resource's policy.",
        },
      ],
    });
  });

  test("is granted something, or the grant is refused", () => {
    const problems = problemsOf((stack) => {
      const lake = new DataLake(stack, "lake");
      lake.grantRead("analysts", []);
      lake.grantWrite("analysts", []);
      lake.grantWrite("analysts", ["/raw/", "a/../b/"]);
    });
    expect(problems).toEqual([
      "test/lake: prefixes is []: must have a prefix",
      "test/lake: prefixes is []: must have a prefix",
      'test/lake: prefixes is "/raw/": must not start with "/"',
      'test/lake: prefixes is "a/../b/": must not have the folders . and ..',
    ]);
  });

  test("that a delivery or a function takes on is a role or its ARN", () => {
    const problems = problemsOf((stack) => {
      const stream = streamIn(stack);
      new StreamDelivery(stack, "delivery", { stream, to: folderOf(stack), role: "firehose" });
      const processed = { entry: handlerEntry, role: "arn:aws:iam::123456789012:user/bob" };
      new StreamProcessor(stack, "processor", { stream, function: processed });
    });
    const rule = "must be a role or its ARN, such as arn:aws:iam::123456789012:role/analysts";
    expect(problems).toEqual([
      `test/delivery: role is "firehose": ${rule}`,
      `test/processor: function.role is "arn:aws:iam::123456789012:user/bob": ${rule}`,
    ]);
  });
});

describe("what one role is granted", () => {
  const tablesOf = (count: number) => (stack: TerraformStack) => {
    const lake = new DataLake(stack, "lake");
    const catalog = new Catalog(stack, "catalog", { lake });
    const columns = [{ name: "page", type: "string" }];
    const tables = Array.from({ length: count }, (_, index) =>
      catalog.addTable(`table_${index}`, { columns }),
    );
    new QueryLayer(stack, "queries", { catalog }).grantQuery("analysts", tables);
  };

  test.each([1, 10, 30])("of %s tables is one policy of each construct that grants it", (count) => {
    expect(policyNames(synthesize(tablesOf(count)))).toHaveLength(3);
  });

  test("of tables that exist is one policy as well", () => {
    const template = synthesize((stack) => {
      const lake = DataLake.fromBucketName(stack, "lake", "company-lake");
      for (const name of ["orders", "returns"]) {
        const arn = `arn:aws:glue:us-east-1:123456789012:table/shop/${name}`;
        LakeTable.fromArn(stack, name, arn, { lake, prefix: `shop/${name}/` }).grantRead("analysts");
      }
    });
    expect(policyNames(template)).toHaveLength(2);
  });

  test("is refused where it is more than IAM takes in inline policies of a role", () => {
    expect(problemsOf(tablesOf(100))).toEqual([
      expect.stringMatching(
        /^test\/queries: grantee is "analysts": is granted so much that its inline policies have 1\d{4} characters, and AWS allows 10240 for one role: grant some of it to another role \(https:\S+\)$/,
      ),
    ]);
  });
});
