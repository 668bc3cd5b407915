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
 * Grants a role access to `scope`. All grants of one construct to a role form a single inline policy, whose name
 * differs from those of other constructs' policies for that role. If the role is in another stack, the policy is
 * created there, unless this stack turns out to depend on that one.
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
 * Grants a role what it needs so that a resource of `scope` can assume it. The stack of `scope` then needs the role's
 * stack.
 *
 * @throws Error when the role's stack already needs this one.
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
 * Records that the stack of `scope` needs another stack, because one of its resources refers to something there.
 *
 * @throws Error when that stack already needs this one.
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

/** What was granted so far, by granting construct and then by role. */
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
  // A policy that is prepared in two stacks will be in one of them only, so it is counted once.
  if (home === scope) countPolicy(scope, identityOfRole(scope, grantee), grantee, granted.statements);
  return granted;
}

/**
 * A policy name for an existing role. The role can also have policies of other apps, environments and regions, whose
 * constructs can have the same ids, so the name includes more than the construct's id.
 */
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

/** Identifies the role by the value that was given, because {@link roleName} may be a function of that value. */
export function identityOfRole(scope: Construct, grantee: Grantee): string {
  return identityOf(scope, typeof grantee === "string" ? grantee : grantee.name);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** Makes a text fit to be the first part of a policy's name, which has at most 128 characters: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
function nameOf(text: string): string {
  return text.replaceAll(/[^\w+=,.@-]/g, "-").slice(0, 100);
}

/**
 * A text as Terraform will read it, so that the same attribute of the same resource always gives the same text. An
 * attribute of another stack's resource also has that stack's id, because two stacks may have resources with the same
 * address.
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

/**
 * Adds a statement. Statements with the same actions and condition become one statement with all of their resources.
 */
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
