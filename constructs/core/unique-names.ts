import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { DefaultTokenResolver, StringConcat, TerraformStack, Token, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { allOf, isAttached, sameReference } from "./made-here";
import { Problems } from "./problems";

/** Within what AWS has a name once: a region of an account, the account, or all accounts. */
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
  /** @default "region" */
  readonly reach?: Reach;
  /** What has the name once, where that is smaller, such as a database. @default - nothing smaller */
  readonly within?: string;
}

/** By app, in the order in which the app has made what has the names. */
const claims = new WeakMap<IConstruct, Claim[]>();

/** A name from which those of a construct's parts follow. */
interface BaseName {
  readonly scope: IConstruct;
  readonly prop: string;
  readonly name: string;
}

const baseNames = new WeakMap<IConstruct, BaseName>();

/** Two claims that collide where they are made in the same place, and who has the other one's name. */
interface Collision {
  readonly claim: Claim;
  readonly other: Claim;
  readonly owner: IConstruct;
}

/** By the construct that tells of them, then by its prop and the prop's value, of which is told once. */
const collisions = new WeakMap<IConstruct, Map<string, Collision[]>>();

/** Notes the name from which a construct's parts have theirs: where two of them collide, that is told once. */
export function nameParts(scope: IConstruct, prop: string, name: string): void {
  baseNames.set(scope, { scope, prop, name });
}

/**
 * Refuses a name that something else of the app has already, where AWS has it once.
 *
 * @param kind What AWS tells apart by the name, such as `S3 bucket`.
 * @param prop The prop that gives it another name.
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

/** Names the constructs that the names were given to, which may be the owners of the parts that collide. */
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

/** The outermost name from which a name follows. */
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

/** What a stack's providers tell of its account, and of its region where that matters. */
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
