import { TerraformStack, Tokenization } from "cdktf";
import type { Construct, IConstruct } from "constructs";

/**
 * What a text refers to: the attribute of a resource of any stack of the app, or else the text itself. The texts
 * themselves can't be compared, because two references to the same attribute are different tokens, and resolve
 * differently in different stacks.
 */
function referenceOf(text: string): string {
  const [token, ...others] = Tokenization.reverseString(text).tokens;
  if (!token || others.length > 0 || !("identifier" in token && "originStack" in token)) return text;
  const { identifier, originStack } = token;
  return originStack instanceof TerraformStack ? `${originStack.node.path} ${identifier}` : text;
}

export function sameReference(one: string, two: string): boolean {
  return one === two || referenceOf(one) === referenceOf(two);
}

type Kind<T> = new (...args: never[]) => T;

/** All constructs of a class in the app. */
export function allOf<T extends Construct>(scope: IConstruct, kind: Kind<T>): T[] {
  return scope.node.root.node.findAll().filter((found): found is T => found instanceof kind);
}

/** The app's own resource with this ARN; undefined when another app has created it or only Terraform knows the ARN. */
export function madeHere<T extends Construct & { readonly arn: string }>(
  scope: IConstruct,
  kind: Kind<T>,
  arn: string,
): T | undefined {
  return allOf(scope, kind).find((found) => sameReference(found.arn, arn));
}

/** Whether a construct is still in its tree and has not been removed from it. */
export function isAttached({ node }: IConstruct): boolean {
  const { scopes } = node;
  return scopes.every(
    (scope, index) => index === 0 || scopes[index - 1]?.node.tryFindChild(scope.node.id) === scope,
  );
}
