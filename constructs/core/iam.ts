import { createHash } from "node:crypto";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { DefaultTokenResolver, Fn, StringConcat, TerraformStack, Token, Tokenization } from "cdktf";
import { Construct } from "constructs";
import { accountId } from "./account";

export interface PolicyStatement extends DataAwsIamPolicyDocumentStatement {
  readonly actions: string[];
  readonly resources: string[];
}

/** A role that is granted something: an object that has its name, such as an `IamRole`; its name; or its ARN. */
export type Grantee = string | { readonly name: string };

/** A role that a service takes on: an object such as an `IamRole`, or its ARN. */
export type RoleReference = string | { readonly arn: string; readonly name: string };

export function roleArn(role: RoleReference): string {
  return typeof role === "string" ? role : role.arn;
}

/** The construct that has made a role for itself. */
const owners = new WeakMap<IamRole, Construct>();

export interface ServiceRoleProps {
  /** 1-64 letters, digits and `+=,.@_-`; unique in the account, whatever the region. */
  readonly name: string;
  /** Such as `firehose.amazonaws.com`. */
  readonly service: string;
  readonly description: string;
}

/**
 * A role that one service takes on, for resources of this account only: without the condition another account
 * could have the service act on its behalf.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function serviceRole(scope: Construct, id: string, props: ServiceRoleProps): IamRole {
  const trust = new DataAwsIamPolicyDocument(scope, `${id}-trust`, {
    statement: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: [props.service] }],
        condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId(scope)] }],
      },
    ],
  });
  const role = new IamRole(scope, id, {
    name: props.name,
    description: props.description,
    assumeRolePolicy: trust.json,
  });
  owners.set(role, scope);
  return role;
}

/**
 * One concern's permissions of a construct's role: an inline policy that is named `id` when the construct has made the
 * role for itself, and otherwise a grant, so that constructs with the same role don't overwrite each other's policies.
 */
export function allow(
  scope: Construct,
  id: string,
  role: RoleReference,
  statements: readonly PolicyStatement[],
): IamRolePolicy {
  const owner = role instanceof IamRole ? owners.get(role) : undefined;
  if (!(role instanceof IamRole && owner && scope.node.scopes.includes(owner)))
    return grant(scope, role, statements);
  const document = new DataAwsIamPolicyDocument(scope, `${id}-policy`, { statement: [...statements] });
  return new IamRolePolicy(scope, id, { name: id, role: role.name, policy: document.json });
}

interface Granted {
  readonly policy: IamRolePolicy;
  readonly document: DataAwsIamPolicyDocument;
  readonly statements: PolicyStatement[];
}

/** By granting construct, then by role. */
const grants = new WeakMap<Construct, Map<string, Granted>>();

/**
 * Grants a role what `scope` has to give. Grants add up: all that a construct grants a role is one inline policy, whose
 * name no other construct's policy of that role has. It is made in the role's own stack, where that is another one.
 */
export function grant(
  scope: Construct,
  grantee: Grantee,
  statements: readonly PolicyStatement[],
): IamRolePolicy {
  const home =
    Construct.isConstruct(grantee) && TerraformStack.of(grantee) !== TerraformStack.of(scope)
      ? TerraformStack.of(grantee)
      : scope;
  const role = roleName(grantee);
  const key = resolved(home, role);
  const ofScope = grants.get(scope) ?? new Map<string, Granted>();
  grants.set(scope, ofScope);
  const granted = ofScope.get(key) ?? createGrant(scope, home, role, key);
  ofScope.set(key, granted);
  for (const statement of statements) addStatement(home, granted.statements, statement);
  granted.document.putStatement([...granted.statements]);
  return granted.policy;
}

function createGrant(scope: Construct, home: Construct, role: string, key: string): Granted {
  const hash = createHash("sha256").update(`${scope.node.addr} ${key}`).digest("hex").slice(0, 8);
  const document = new DataAwsIamPolicyDocument(home, `grants-${hash}-policy`);
  const policy = new IamRolePolicy(home, `grants-${hash}`, {
    name: `${scope.node.id.replaceAll(/[^\w+=,.@-]/g, "-").slice(0, 100)}-${hash}`,
    role,
    policy: document.json,
  });
  return { policy, document, statements: [] };
}

/** A text as Terraform will read it: the same for the same attribute of the same resource. */
function resolved(scope: Construct, text: string): string {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return String(Tokenization.resolve(text, { scope, resolver, preparing: false }));
}

/** What is allowed on the same terms becomes one statement with all the resources. */
function addStatement(scope: Construct, statements: PolicyStatement[], added: PolicyStatement): void {
  const terms = ({ actions, condition }: PolicyStatement) => JSON.stringify([actions, condition]);
  const at = statements.findIndex((statement) => terms(statement) === terms(added));
  const known = statements[at];
  if (!known) {
    statements.push(added);
    return;
  }
  const resources = [...known.resources, ...added.resources];
  const distinct = new Map(resources.map((resource) => [resolved(scope, resource), resource]));
  statements[at] = { ...known, resources: [...distinct.values()] };
}

/** The last part of an ARN such as `arn:aws:iam::123456789012:role/service/name`; a name is its own last part. */
function roleName(grantee: Grantee): string {
  if (typeof grantee !== "string") return grantee.name;
  return Token.isUnresolved(grantee)
    ? Fn.element(Fn.reverse(Fn.split("/", grantee)), 0)
    : grantee.replace(/^.*\//, "");
}
