import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Context, compilePolicy, decide, parsePolicy } from "../../local/iam/index";
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

/**
 * What moto decides otherwise, where AWS's page decides:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
const otherwise: readonly (readonly Json[])[] = [
  // Actions match in any case.
  [allow({ Action: "KINESIS:liststreams" })],
  // `?` is one character.
  [allow({ Action: "kinesis:List?treams" })],
];

const account = "123456789012";
const actions = ["kinesis:ListStreams", "sqs:ListQueues"] as const;

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
    await admin.iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    await admin.iam.send(
      new PutRolePolicyCommand({ RoleName: name, PolicyName: "p", PolicyDocument: document }),
    );
    const credentials = await moto.credentialsOf(`arn:aws:iam::${account}:role/${name}`);
    const aws = awsClients(moto.endpoint, credentials);
    await moto.authenticate(true);
    try {
      // moto answers a denial in XML to those who expect JSON as well.
      const isDenied = (error: { $response?: { statusCode: number } }) => {
        expect(error.$response?.statusCode).toBe(403);
        return false;
      };
      return [
        await aws.kinesis.send(new ListStreamsCommand({})).then(() => true, isDenied),
        await aws.sqs.send(new ListQueuesCommand({})).then(() => true, isDenied),
      ];
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
      (action) => decide({ principal, action, resource: "*", context: new Context() }, { identity }).allowed,
    );
  }

  const text = (statements: readonly Json[]) =>
    JSON.stringify({ Version: "2012-10-17", Statement: statements });

  it.each(policies.map((statements, index) => [text(statements), `r${index}`] as const))(
    "%s is decided as here",
    async (document, name) => {
      expect(byUs(name, document)).toEqual(await byMoto(name, document));
    },
  );

  it.each(otherwise.map((statements, index) => [text(statements), `o${index}`] as const))(
    "%s is decided as AWS's page says, and moto doesn't",
    async (document, name) => {
      expect(byUs(name, document)).toEqual([true, false]);
      expect(await byMoto(name, document)).toEqual([false, false]);
    },
  );
});
