import { createHash } from "node:crypto";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { DefaultTokenResolver, StringConcat, TerraformStack, Tokenization } from "cdktf";
import { Construct } from "constructs";
import { region } from "../core/account";
import { namePrefix } from "../core/names";
import { Problems } from "../core/problems";
import { missedBy, type Placement, placeIn, placementOf } from "./grant-home";
import { countPolicy } from "./policy-size";
import type { PolicyStatement } from "./policy-statement";
import { checkGrantee, type Grantee, ofThisAccount, type RoleReference, roleName } from "./role";

/**
 * Grants a role what `scope` has to give. Grants add up: all that a construct grants a role is one inline policy, whose
 * name no other construct's policy of that role has. It is made in the role's own stack, where that is another one,
 * unless this stack turns out to need that one.
 */
export function grant(
  scope: Construct,
  grantee: Grantee,
  statements: readonly PolicyStatement[],
): IamRolePolicy {
  const theirs = Construct.isConstruct(grantee) ? TerraformStack.of(grantee) : undefined;
  const own = TerraformStack.of(scope);
  Problems.checkOnce(scope, `grantee ${identityOfRole(scope, grantee)}`, (problems) =>
    checkGrantee(problems, grantee),
  );
  if (!theirs || theirs === own || own.dependsOn(theirs)) return grantIn(scope, scope, grantee, statements);
  const placement = placementOf(own, theirs);
  grantIn(scope, scope, grantee, statements, placement);
  const policy = grantIn(scope, theirs, grantee, statements, placement);
  Problems.checkOnce(scope, `users of ${policy.node.path}`, (problems) => {
    const user = missedBy(policy);
    if (user)
      problems.add(
        "grantee",
        grantee,
        `its policy must be in stack ${own.node.id}, which needs stack ${theirs.node.id}, so ${user} can't depend on it: only ${own.node.id} can, with the role given by its name or ARN`,
      );
  });
  return policy;
}

/**
 * Grants a role what it needs to be taken on by a resource of `scope`, whose stack needs the role's for that.
 *
 * @throws Error when the role's stack needs this one already.
 */
export function grantForUse(
  scope: Construct,
  role: RoleReference,
  statements: readonly PolicyStatement[],
): IamRolePolicy {
  needStackOf(scope, "role", role);
  return grantIn(scope, scope, role, statements);
}

/**
 * Notes that the stack of `scope` needs that of what one of its resources refers to.
 *
 * @throws Error when that stack needs this one already.
 */
export function needStackOf(scope: Construct, prop: string, used: unknown): void {
  if (!Construct.isConstruct(used)) return;
  const own = TerraformStack.of(scope);
  const theirs = TerraformStack.of(used);
  if (own === theirs) return;
  if (theirs.dependsOn(own))
    throw new Error(
      `${scope.node.path}: ${prop} is ${used.node.path} of stack ${theirs.node.id}, which needs stack ${own.node.id} already: give one of the two stacks what it needs of the other by name or ARN`,
    );
  own.addDependency(theirs);
}

function grantIn(
  scope: Construct,
  home: Construct,
  grantee: Grantee,
  statements: readonly PolicyStatement[],
  placement?: Placement,
): IamRolePolicy {
  const key = `${identityOfRole(home, grantee)} in ${TerraformStack.of(home).node.path}`;
  const ofScope = grants.get(scope) ?? new Map<string, Granted>();
  grants.set(scope, ofScope);
  const granted = ofScope.get(key) ?? createGrant(scope, home, grantee, statements, placement);
  ofScope.set(key, granted);
  for (const statement of statements) addStatement(home, granted.statements, statement);
  granted.document.putStatement([...granted.statements]);
  return granted.policy;
}

interface Granted {
  readonly policy: IamRolePolicy;
  readonly document: DataAwsIamPolicyDocument;
  readonly statements: PolicyStatement[];
}

/** By granting construct, then by role. */
const grants = new WeakMap<Construct, Map<string, Granted>>();

function createGrant(
  scope: Construct,
  home: Construct,
  grantee: Grantee,
  statements: readonly PolicyStatement[],
  placement?: Placement,
): Granted {
  const role = roleName(grantee);
  const address = `${scope.node.addr} ${identityOfRole(home, grantee)}`;
  const id = `grants-${hashOf(address)}`;
  const document = new DataAwsIamPolicyDocument(home, `${id}-policy`);
  const policy = new IamRolePolicy(home, id, {
    name:
      grantee instanceof IamRole
        ? `${nameOf(scope.node.id)}-${hashOf(address)}`
        : sharedName(scope, home, address, statements),
    role,
    policy: document.json,
    lifecycle: ofThisAccount(home, grantee),
  });
  if (placement) for (const element of [document, policy]) placeIn(placement, element);
  const granted: Granted = { policy, document, statements: [] };
  // One that is prepared in two stacks will be in one of them.
  if (home === scope) countPolicy(scope, identityOfRole(scope, grantee), grantee, granted.statements);
  return granted;
}

/** A role that exists has policies of other apps, environments and regions as well, whose constructs may have the same ids. */
function sharedName(
  scope: Construct,
  home: Construct,
  address: string,
  statements: readonly PolicyStatement[],
): string {
  const [granted = ""] = statements.flatMap(({ resources }) => resources);
  const prefix = namePrefix(scope);
  const hash = hashOf(`${prefix} ${address} ${identityOf(home, granted)}`);
  return `${nameOf(`${prefix}-${scope.node.id}`)}-${region(home)}-${hash}`;
}

/** Of what is given, because {@link roleName} may be a function of it. */
export function identityOfRole(scope: Construct, grantee: Grantee): string {
  return identityOf(scope, typeof grantee === "string" ? grantee : grantee.name);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** The first part of a name of 128 characters at most: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
function nameOf(text: string): string {
  return text.replaceAll(/[^\w+=,.@-]/g, "-").slice(0, 100);
}

/**
 * A text as Terraform will read it, which is the same for the same attribute of the same resource. That of another
 * stack's resource has the stack's id, because both may have a resource of one address.
 */
function identityOf(scope: Construct, text: string): string {
  const resolver = new DefaultTokenResolver(new StringConcat());
  const own = TerraformStack.of(scope);
  const origins = Tokenization.reverseString(text).tokens.flatMap((token) =>
    "originStack" in token && token.originStack instanceof TerraformStack ? [token.originStack] : [],
  );
  const foreign = origins.filter((stack) => stack !== own).map(({ node }) => ` of ${node.id}`);
  return [Tokenization.resolve(text, { scope, resolver, preparing: false }), ...foreign].join("");
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
  const distinct = new Map(resources.map((resource) => [identityOf(scope, resource), resource]));
  statements[at] = { ...known, resources: [...distinct.values()] };
}
