import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import {
  DefaultTokenResolver,
  type IResolvable,
  StringConcat,
  TerraformElement,
  TerraformStack,
  Tokenization,
} from "cdktf";
import type { IConstruct } from "constructs";
import { isAttached } from "../core/made-here";
import { Problems } from "../core/problems";
import type { PolicyStatement } from "./policy-statement";
import type { Grantee } from "./role";

/** Most characters of all inline policies of a role together: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const mostCharacters = 10_240;

interface Policy {
  readonly scope: IConstruct;
  /** The statements so far; later grants add to the same list. */
  readonly statements: readonly PolicyStatement[];
}

/** The inline policies of roles, by app and then by role. */
const policies = new WeakMap<IConstruct, Map<string, Policy[]>>();

/**
 * Counts an inline policy of a role, and reports a role whose policies are larger than AWS allows.
 *
 * @param role A text that identifies the role.
 */
export function countPolicy(
  scope: IConstruct,
  role: string,
  grantee: Grantee,
  statements: readonly PolicyStatement[],
): void {
  const { root } = scope.node;
  const ofApp = policies.get(root) ?? new Map<string, Policy[]>();
  policies.set(root, ofApp);
  const ofRole = ofApp.get(role) ?? [];
  ofApp.set(role, ofRole);
  const policy = { scope, statements };
  ofRole.push(policy);
  Problems.check(scope, (problems) => {
    const attached = ofRole.filter((one) => isAttached(one.scope));
    if (attached[0] !== policy) return;
    const characters = attached.map(lengthOf).reduce((sum, length) => sum + length, 0);
    if (characters > mostCharacters)
      problems.add(
        "grantee",
        grantee,
        `is granted so much that its inline policies have ${characters} characters, and AWS allows ${mostCharacters} for one role: grant some of it to another role (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)`,
      );
  });
}

/**
 * The policy's length as AWS counts it, without white space. If only Terraform knows a part of the policy, this is the
 * least that the length can be.
 */
function lengthOf({ scope, statements }: Policy): number {
  const elements = elementsOf(scope.node.root);
  const text = (part: string) => asKnown(scope, part, elements);
  const Statement = statements.map(({ actions, resources, condition }) => ({
    Effect: "Allow",
    Action: oneOrAll(actions),
    // Each table of a catalog has its own expression for the catalog's ARN, so duplicates are found by the value.
    Resource: oneOrAll([...new Set(resources.map(text))]),
    ...(condition === undefined ? {} : { Condition: condition }),
  }));
  return JSON.stringify({ Version: "2012-10-17", Statement }).length;
}

function oneOrAll(list: readonly string[]): string | readonly string[] {
  return list.length === 1 ? list.join() : list;
}

type Elements = ReadonlyMap<string, TerraformElement>;

/** The app's resources, by stack and address. */
function elementsOf(app: IConstruct): Elements {
  const elements = app.node.findAll().filter((found) => TerraformElement.isTerraformElement(found));
  return new Map(elements.map((element) => [keyOf(TerraformStack.of(element), addressOf(element)), element]));
}

function keyOf(stack: TerraformStack, address: string): string {
  return `${stack.node.path} ${address}`;
}

function addressOf(element: TerraformElement): string {
  const type = "terraformResourceType" in element ? String(element.terraformResourceType) : "";
  return `${type}.${element.friendlyUniqueId}`;
}

/** The text with each attribute replaced by the known part of its value, which is empty if nothing is known. */
function asKnown(scope: IConstruct, text: string, elements: Elements): string {
  const resolver = new KnownParts((token) => {
    if (!("originStack" in token && token.originStack instanceof TerraformStack && "identifier" in token))
      return "";
    const [attribute = "", ...address] = String(token.identifier).split(".").reverse();
    const found = elements.get(
      keyOf(
        token.originStack,
        address
          .reverse()
          .join(".")
          .replace(/^data\./, ""),
      ),
    );
    return found ? attributeOf(found, attribute, (part) => asKnown(scope, part, elements)) : "";
  });
  return String(Tokenization.resolve(text, { scope, resolver, preparing: false }));
}

function attributeOf(element: TerraformElement, attribute: string, known: (text: string) => string): string {
  if (element instanceof DataAwsCallerIdentity) return "0".repeat(12);
  const inputs = element as unknown as Readonly<Record<string, unknown>>;
  const input = (property: string) =>
    known(String(inputs[`${property.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase())}Input`] ?? ""));
  if (attribute !== "arn") return input(attribute);
  const name = input("name") || input("bucket");
  if (element instanceof S3Bucket) return `arn:aws:s3:::${name}`;
  const owner = "arn:aws:iam:us-east-1:000000000000:";
  return element instanceof GlueCatalogTable
    ? `${owner}table/${input("database_name")}/${name}`
    : owner + name;
}

class KnownParts extends DefaultTokenResolver {
  constructor(private readonly known: (token: IResolvable) => string) {
    super(new StringConcat());
  }

  override resolveToken(token: IResolvable): string {
    return this.known(token);
  }
}
