import { afterAll, beforeAll, expect, it } from "vitest";
import { CallContext, compilePolicy, decide, parsePolicy } from "../../local/iam/index";
import { type AwsClients, awsClients } from "./support/aws";
import { type Moto, startMoto } from "./support/moto";
import { describeMoto } from "./support/requirements";

type Json = Readonly<Record<string, unknown>>;

const allow = (more: Json) => ({ Effect: "Allow", Resource: "*", ...more });
const deny = (more: Json) => ({ Effect: "Deny", Resource: "*", ...more });

/** Policies of a role that moto's enforcement, which knows actions and effects, decides as well. */
const policies: readonly (readonly Json[])[] = [
  [allow({ Action: "s3:*" })],
  [allow({ Action: "*" })],
  [allow({ Action: "kinesis:*" })],
  [allow({ Action: "kinesis:List*" })],
  [allow({ Action: ["sqs:ListQueues", "kinesis:ListStreams"] })],
  [allow({ Action: "kinesis:Describe*" })],
  [allow({ NotAction: "sqs:*" })],
  [allow({ NotAction: ["kinesis:ListStreams", "sqs:ListQueues"] })],
  [allow({ Action: "*" }), deny({ Action: "sqs:*" })],
  [deny({ Action: "kinesis:ListStreams" }), allow({ Action: "*" })],
  [allow({ Action: "*" }), deny({ NotAction: "kinesis:*" })],
  [allow({ Action: "sqs:ListQueues" }), allow({ Action: "kinesis:ListStreams" })],
];

/** The same of every service's operation: allowed alone, and denied alone. */
const ofEach = (action: string): readonly (readonly Json[])[] => [
  [allow({ Action: action })],
  [allow({ Action: "*" }), deny({ Action: action })],
];

/**
 * What moto decides otherwise, each with the action that it allows by AWS's page:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
const otherwise: readonly (readonly [string, readonly Json[]])[] = [
  // Actions match in any case.
  ["kinesis:ListStreams", [allow({ Action: "KINESIS:liststreams" })]],
  // `?` is one character.
  ["kinesis:ListStreams", [allow({ Action: "kinesis:List?treams" })]],
  // moto asks for the action of a service by the name in its endpoint, which here is `monitoring`:
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
  ["cloudwatch:DescribeAlarms", [allow({ Action: "cloudwatch:DescribeAlarms" })]],
];

const account = "123456789012";

/** An operation of each service that the stack has resources in, by its action. */
const operations: Readonly<Record<string, (aws: AwsClients) => Promise<unknown>>> = {
  "kinesis:ListStreams": ({ kinesis }) => kinesis.listStreams({}),
  "sqs:ListQueues": ({ sqs }) => sqs.listQueues({}),
  "athena:ListWorkGroups": ({ athena }) => athena.listWorkGroups({}),
  "cloudwatch:DescribeAlarms": ({ cloudwatch }) => cloudwatch.describeAlarms({}),
  "firehose:ListDeliveryStreams": ({ firehose }) => firehose.listDeliveryStreams({}),
  "glue:GetDatabases": ({ glue }) => glue.getDatabases({}),
  "iam:ListRoles": ({ iam }) => iam.listRoles({}),
  "lambda:ListFunctions": ({ lambda }) => lambda.listFunctions({}),
  "logs:DescribeLogGroups": ({ logs }) => logs.describeLogGroups({}),
  "s3:ListAllMyBuckets": ({ s3 }) => s3.listBuckets({}),
  "scheduler:ListSchedules": ({ scheduler }) => scheduler.listSchedules({}),
  "sns:ListTopics": ({ sns }) => sns.listTopics({}),
};
const actions = Object.keys(operations);

describeMoto("policies that moto enforces", () => {
  let moto: Moto;
  let admin: AwsClients;

  beforeAll(async () => {
    moto = await startMoto();
    admin = awsClients(moto.endpoint);
  });
  afterAll(() => moto?.kill());

  async function byMoto(name: string, document: string): Promise<boolean[]> {
    const trust = { Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }] };
    await admin.iam.createRole({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
    await admin.iam.putRolePolicy({ RoleName: name, PolicyName: "p", PolicyDocument: document });
    const credentials = await moto.credentialsOf(`arn:aws:iam::${account}:role/${name}`);
    const aws = awsClients(moto.endpoint, credentials);
    await moto.authenticate(true);
    try {
      // moto answers a denial in XML to those who expect JSON as well.
      const isDenied = (error: { $response?: { statusCode: number } }) => {
        expect(error.$response?.statusCode).toBe(403);
        return false;
      };
      const answers: boolean[] = [];
      for (const operation of Object.values(operations))
        answers.push(await operation(aws).then(() => true, isDenied));
      return answers;
    } finally {
      await moto.authenticate(false);
    }
  }

  function byUs(name: string, document: string): boolean[] {
    const identity = [compilePolicy({ address: name, name }, parsePolicy(document))];
    const roleArn = `arn:aws:iam::${account}:role/${name}`;
    const arn = `arn:aws:sts::${account}:assumed-role/${name}/test`;
    const principal = { kind: "role", arn, roleArn, account } as const;
    return actions.map(
      (action) =>
        decide({ principal, action, resource: "*", context: new CallContext() }, { identity }).allowed,
    );
  }

  const text = (statements: readonly Json[]) =>
    JSON.stringify({ Version: "2012-10-17", Statement: statements });

  it.each(
    [...policies, ...actions.filter((action) => !action.startsWith("cloudwatch:")).flatMap(ofEach)].map(
      (statements, index) => [text(statements), `r${index}`] as const,
    ),
  )("%s is decided as here", async (document, name) => {
    expect(byUs(name, document)).toEqual(await byMoto(name, document));
  });

  it.each(otherwise.map(([action, statements], index) => [text(statements), action, `o${index}`] as const))(
    "%s allows %s as AWS's page says, and moto doesn't",
    async (document, allowed, name) => {
      expect(byUs(name, document)).toEqual(actions.map((action) => action === allowed));
      expect(await byMoto(name, document)).toEqual(actions.map(() => false));
    },
  );
});
