import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { DefaultTokenResolver, StringConcat, TerraformStack, Token, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { allOf, isAttached, sameReference } from "./made-here";
import { Problems } from "./problems";

/** Where AWS requires a name to be unique: in a region of an account, in an account, or in all accounts. */
type Reach = "region" | "account" | "world";

interface Claim {
  readonly scope: IConstruct;
  readonly kind: string;
  readonly prop: string;
  readonly name: string;
  readonly reach: Reach;
  readonly within: string;
}

interface Uniqueness {
  /** Where the name must be unique. @default "region" */
  readonly reach?: Reach;
  /** A smaller scope in which the name must be unique, such as a database. @default - the whole reach */
  readonly within?: string;
}

/** For each app, the claimed names, in the order in which their resources were created. */
const claims = new WeakMap<IConstruct, Claim[]>();

/** A name from which the names of a construct's parts are derived. */
interface BaseName {
  readonly scope: IConstruct;
  readonly prop: string;
  readonly name: string;
}

const baseNames = new WeakMap<IConstruct, BaseName>();

/** Two claims that collide if their stacks are deployed to the same place, and the construct with the other name. */
interface Collision {
  readonly claim: Claim;
  readonly other: Claim;
  readonly owner: IConstruct;
}

/** The collisions that each construct reports, by prop and value. Only the first of each list is reported. */
const collisions = new WeakMap<IConstruct, Map<string, Collision[]>>();

/**
 * Records the name from which the names of a construct's parts are derived. When two such constructs collide, that is
 * reported once.
 */
export function nameParts(scope: IConstruct, prop: string, name: string): void {
  baseNames.set(scope, { scope, prop, name });
}

/**
 * Reports a name that another resource of the app already has, where AWS requires it to be unique.
 *
 * @param kind What the name identifies on AWS, such as `S3 bucket`.
 * @param prop The prop by which the user can choose another name.
 */
export function claimName(
  scope: IConstruct,
  kind: string,
  prop: string,
  name: string,
  { reach = "region", within = "" }: Uniqueness = {},
): void {
  if (Token.isUnresolved(name)) return;
  const { root } = scope.node;
  const ofApp = claims.get(root) ?? [];
  claims.set(root, ofApp);
  const claim = { scope, kind, prop, name, reach, within };
  const earlier = ofApp.filter(
    (other) => other.kind === kind && other.name === name && sameReference(other.within, within),
  );
  ofApp.push(claim);
  for (const other of earlier) tell(claim, other);
}

/** Records a collision for the constructs whose names were given. The colliding resources can be parts of these. */
function tell(claim: Claim, other: Claim): void {
  const [own, theirs] = [baseOf(claim), baseOf(other)];
  const [teller, named] =
    own && theirs && own.name === theirs.name && own.scope !== theirs.scope ? [own, theirs] : [claim, other];
  const ofTeller = collisions.get(teller.scope) ?? new Map<string, Collision[]>();
  collisions.set(teller.scope, ofTeller);
  const subject = `${teller.prop} ${teller.name}`;
  const found = ofTeller.get(subject) ?? [];
  ofTeller.set(subject, found);
  found.push({ claim, other, owner: named.scope });
  if (found.length > 1) return;
  Problems.check(teller.scope, (problems) => {
    const first = found.find((one) => samePlace(one.claim, one.other));
    if (first)
      problems.add(
        teller.prop,
        teller.name,
        `is the name of the ${first.claim.kind} of ${first.owner.node.path}: give one of them another`,
      );
  });
}

/** The outermost of the names from which a claim's name is derived; undefined when it is not derived. */
function baseOf({ scope, name }: Claim): BaseName | undefined {
  return scope.node.scopes
    .flatMap((above) => baseNames.get(above) ?? [])
    .find((base) => name.startsWith(base.name));
}

function samePlace({ scope, reach }: Claim, other: Claim): boolean {
  if (!isAttached(other.scope)) return false;
  const [first, second] = [TerraformStack.of(scope), TerraformStack.of(other.scope)];
  return first === second || reach === "world" || placeOf(first, reach) === placeOf(second, reach);
}

/** What a stack's providers say about its account, and about its region if names must be unique in a region. */
function placeOf(stack: TerraformStack, reach: Reach): string {
  const places = allOf(stack, AwsProvider)
    .filter((provider) => TerraformStack.of(provider) === stack)
    .map(({ alias, region, profile, accessKey, assumeRole, allowedAccountIds }) => [
      ...(reach === "region" ? [alias, region] : []),
      profile,
      accessKey,
      assumeRole,
      allowedAccountIds,
    ]);
  const resolver = new DefaultTokenResolver(new StringConcat());
  return JSON.stringify(Tokenization.resolve(places, { scope: stack, resolver, preparing: false }));
}
