import {
  type AccessRequest,
  type ApplicablePolicies,
  CallContext,
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  decide,
  type Principal,
  parsePolicy,
  type RequestContext,
} from "../../local/iam/index";

export const account = "111122223333";

/** A session of the role `examplerole`. */
export const session: Principal = {
  kind: "role",
  arn: `arn:aws:sts::${account}:assumed-role/examplerole/examplerolesessionname`,
  roleArn: `arn:aws:iam::${account}:role/examplerole`,
  account,
};

export const user: Principal = { kind: "user", arn: `arn:aws:iam::${account}:user/exampleuser`, account };

type Json = Readonly<Record<string, unknown>>;

/** A policy of statements, which allow where they don't say else. */
export function policy(...statements: readonly Json[]): CompiledPolicy {
  const document = {
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  };
  return compilePolicy(
    { address: "aws_iam_policy.test", name: "test" },
    parsePolicy(JSON.stringify(document)),
  );
}

export interface Asked {
  readonly principal?: Principal;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: RequestContext;
}

export function request({
  principal = session,
  action = "s3:GetObject",
  resource = "arn:aws:s3:::bucket/key",
  context = {},
}: Asked = {}): AccessRequest {
  return { principal, action, resource, context: new CallContext(context) };
}

export function ask(policies: Partial<ApplicablePolicies>, asked: Asked = {}): Decision {
  return decide(request(asked), { identity: [], ...policies });
}

export const allowAll = policy({ Action: "*", Resource: "*" });
export const denyAll = policy({ Effect: "Deny", Action: "*", Resource: "*" });
/** Says nothing of what is asked. */
export const unrelated = policy({ Action: "sqs:SendMessage", Resource: "*" });

/** Whether a condition holds for a context. */
export function holds(condition: Json, context: RequestContext): boolean {
  return ask({ identity: [policy({ Action: "*", Resource: "*", Condition: condition })] }, { context })
    .allowed;
}
