import type { Access, PolicyText, ResourcePolicy, Role, Stack } from "@streaming-data-lake/terraform/types";
import { type CompiledPolicy, compilePolicy } from "../match/statement";
import { type AccessStatement, type PolicyDocument, parsePolicy } from "../policy/document";
import { PolicyError } from "../policy/errors";

/** What a policy is attached to. */
export type Attachment =
  | { readonly kind: "identity"; readonly role: string }
  | { readonly kind: "boundary"; readonly role: string }
  /** ARN of the role. */
  | { readonly kind: "trust"; readonly resource: string }
  | { readonly kind: "resource"; readonly resource: string };

/** A policy of a stack. */
export interface StackPolicy {
  /** Terraform address. */
  readonly address: string;
  readonly name: string;
  readonly attachment: Attachment;
  readonly document: PolicyDocument;
}

/** A policy whose text is unknown, so that whatever it would decide remains undecided. */
export interface UnknownPolicy {
  readonly attachment: Attachment;
  /** One sentence that says why the policy is unknown. */
  readonly problem: string;
}

export interface PoliciesOfStack {
  readonly roles: readonly Role[];
  readonly policies: readonly StackPolicy[];
  readonly unknown: readonly UnknownPolicy[];
}

/**
 * All policies of a stack, including the default policies that AWS adds to resources without a policy of their own.
 *
 * @throws PolicyError when a policy violates the grammar.
 */
export function readPolicies({ access, accountId }: Pick<Stack, "access" | "accountId">): PoliciesOfStack {
  const policies: StackPolicy[] = [];
  const unknown: UnknownPolicy[] = [];
  const add = (text: PolicyText, attachment: Attachment) => {
    const { address, name, document, problem } = text;
    if (document === undefined) unknown.push({ attachment, problem: problem ?? `${address}: has no policy` });
    else policies.push({ address, name, attachment, document: parsePolicy(document, address) });
  };
  for (const role of access.roles) {
    add(role.trust, { kind: "trust", resource: role.arn });
    if (role.boundary) add(role.boundary, { kind: "boundary", role: role.name });
  }
  for (const policy of access.rolePolicies) add(policy, { kind: "identity", role: policy.role });
  for (const policy of [...access.resourcePolicies, ...defaultPolicies(access, accountId)])
    add(policy, { kind: "resource", resource: policy.resource });
  checkElements(policies);
  return { roles: access.roles, policies, unknown };
}

/**
 * The policies that AWS gives keys and topics by default:
 *
 * - https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 * - https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
function defaultPolicies({ keys, topics, resourcePolicies }: Access, account: string): ResourcePolicy[] {
  const own = new Set(resourcePolicies.map(({ resource }) => resource));
  const policy = (resource: string, statement: object): ResourcePolicy => ({
    address: `the default policy of ${resource}`,
    name: "default",
    resource,
    document: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] }),
  });
  return [
    ...keys
      .filter((arn) => !own.has(arn))
      .map((arn) =>
        policy(arn, { Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" }),
      ),
    ...topics
      .filter(({ arn }) => !own.has(arn))
      .map(({ arn }) =>
        policy(arn, {
          Principal: { AWS: "*" },
          Action: ["SNS:Publish", "SNS:Subscribe"],
          Resource: arn,
          Condition: { StringEquals: { "AWS:SourceOwner": account } },
        }),
      ),
  ];
}

/** Checks that each policy has the elements that its attachment requires. */
function checkElements(policies: readonly StackPolicy[]): void {
  for (const { address, attachment, document } of policies)
    for (const [index, statement] of document.statements.entries()) {
      const at = `${address}: Statement[${index}]`;
      if (attachment.kind === "identity" || attachment.kind === "boundary") {
        checkOfIdentity(statement, at);
        continue;
      }
      if (!statement.principal) throw new PolicyError(`${at} needs a Principal`);
      if (attachment.kind === "trust") checkOfTrust(statement, at);
    }
}

/**
 * - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
 * - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
function checkOfIdentity({ sid, principal, resources }: AccessStatement, at: string): void {
  if (principal) throw new PolicyError(`${at} has a Principal, which the policy of a role can't have`);
  if (!resources) throw new PolicyError(`${at} needs a Resource`);
  if (sid !== undefined && !/^[A-Za-z0-9]*$/.test(sid))
    throw new PolicyError(`${at}.Sid: ${JSON.stringify(sid)} must be of letters and digits alone`);
  const other = resources.values.find((value) => !/^(?:arn:|[*?$])/.test(value));
  if (other !== undefined)
    throw new PolicyError(`${at}.Resource: ${JSON.stringify(other)} must be an ARN or "*"`);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html */
function checkOfTrust({ actions, resources }: AccessStatement, at: string): void {
  if (resources) throw new PolicyError(`${at} has a Resource, which a trust policy can't have`);
  const other = actions.values.find((action) => !/^sts:/i.test(action));
  if (other !== undefined)
    throw new PolicyError(
      `${at}: a trust policy can't have the action ${JSON.stringify(other)}; it must be one such as "sts:AssumeRole"`,
    );
}

/**
 * Parses a session policy, which is given when a role is assumed.
 *
 * @throws PolicyError when it violates the grammar.
 */
export function parseSessionPolicy(text: string, address: string): PolicyDocument {
  const document = parsePolicy(text, address);
  checkElements([{ address, name: "session", attachment: { kind: "identity", role: "" }, document }]);
  return document;
}

export function compile({ address, name, document }: StackPolicy): CompiledPolicy {
  return compilePolicy({ address, name }, document);
}
