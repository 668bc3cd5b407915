import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { DefaultTokenResolver, StringConcat, TerraformStack, Token, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { allOf } from "./made-here";
import { Problems } from "./problems";

interface Claim {
  readonly scope: IConstruct;
  readonly kind: string;
  readonly name: string;
}

/** By app, in the order in which the app has made what has the names. */
const claims = new WeakMap<IConstruct, Claim[]>();

/**
 * Refuses a name that something else of the app has already, where AWS has it once in an account and region.
 *
 * @param kind What AWS tells apart by the name, such as `S3 bucket`.
 * @param prop The prop that gives it another name.
 */
export function claimName(scope: IConstruct, kind: string, prop: string, name: string): void {
  if (Token.isUnresolved(name)) return;
  const { root } = scope.node;
  const ofApp = claims.get(root) ?? [];
  claims.set(root, ofApp);
  const earlier = ofApp.filter((claim) => claim.kind === kind && claim.name === name);
  ofApp.push({ scope, kind, name });
  Problems.check(scope, (problems) => {
    const [other] = earlier.filter((claim) => samePlace(claim.scope, scope));
    if (other)
      problems.add(
        prop,
        name,
        `is the name of the ${kind} of ${other.scope.node.path}: give one of them another`,
      );
  });
}

function samePlace(one: IConstruct, two: IConstruct): boolean {
  const [first, second] = [TerraformStack.of(one), TerraformStack.of(two)];
  return first === second || placeOf(first) === placeOf(second);
}

/** What a stack's providers tell of its account and region. */
function placeOf(stack: TerraformStack): string {
  const places = allOf(stack, AwsProvider)
    .filter((provider) => TerraformStack.of(provider) === stack)
    .map(({ alias, region, profile, accessKey, assumeRole, allowedAccountIds }) => [
      alias,
      region,
      profile,
      accessKey,
      assumeRole,
      allowedAccountIds,
    ]);
  const resolver = new DefaultTokenResolver(new StringConcat());
  return JSON.stringify(Tokenization.resolve(places, { scope: stack, resolver, preparing: false }));
}
