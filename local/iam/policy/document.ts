import { isObject } from "@streaming-data-lake/terraform/values";
import { type Operator, parseOperator } from "../match/operators";
import { PolicyError } from "./errors";

export type Effect = "Allow" | "Deny";

export type PrincipalType = "AWS" | "Service" | "Federated" | "CanonicalUser";

/** The principals that a statement of a resource-based policy names. `*` means everybody, whatever its type. */
export interface PrincipalElement {
  /** Whether this is `NotPrincipal`, which means everybody except those who are named. */
  readonly not: boolean;
  readonly everybody: boolean;
  readonly named: readonly { readonly type: PrincipalType; readonly name: string }[];
}

/** The element `Action` or `NotAction`, or `Resource` or `NotResource`. */
export interface ListElement {
  readonly not: boolean;
  readonly values: readonly string[];
}

export interface ConditionElement {
  readonly operator: Operator;
  /** The condition key as it is written. Keys are not case-sensitive. */
  readonly key: string;
  readonly values: readonly string[];
}

export interface AccessStatement {
  readonly sid?: string;
  readonly effect: Effect;
  /** Absent in identity-based policies. */
  readonly principal?: PrincipalElement;
  readonly actions: ListElement;
  /** Absent in trust policies, whose resource is the role itself. */
  readonly resources?: ListElement;
  /** The conditions, all of which must be satisfied. */
  readonly conditions: readonly ConditionElement[];
}

export interface PolicyDocument {
  /** Before 2012-10-17, variables such as `${aws:username}` are taken literally. */
  readonly version: "2012-10-17" | "2008-10-17";
  readonly id?: string;
  readonly statements: readonly AccessStatement[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Parses a policy.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *
 * @param place Names the policy in error messages, such as by its address.
 * @throws PolicyError when the text is not valid JSON, or violates the grammar.
 */
export function parsePolicy(text: string, place = "policy"): PolicyDocument {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new PolicyError(`${place}: is not JSON: ${(error as Error).message}`);
  }
  if (!isObject(json)) throw new PolicyError(`${place}: must be an object with "Statement"`);
  known(json, ["Version", "Id", "Statement"], place);
  const version = json.Version ?? "2008-10-17";
  if (version !== "2012-10-17" && version !== "2008-10-17")
    throw new PolicyError(`${place}: Version must be "2012-10-17", not ${JSON.stringify(version)}`);
  const given = Array.isArray(json.Statement) ? json.Statement : [json.Statement];
  const statements = given.map((one: unknown, index) => {
    const at = `${place}: Statement[${index}]`;
    if (!isObject(one)) throw new PolicyError(`${at} must be an object`);
    return readStatement(one, at);
  });
  const sids = statements.flatMap(({ sid }) => (sid ? [sid] : []));
  const twice = sids.find((sid, index) => sids.indexOf(sid) < index);
  if (twice !== undefined) throw new PolicyError(`${place}: two statements have the Sid "${twice}"`);
  return { version, ...(typeof json.Id === "string" && { id: json.Id }), statements };
}

const elements = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

function readStatement(statement: Json, at: string): AccessStatement {
  known(statement, elements, at);
  const { Sid: sid, Effect: effect } = statement;
  if (effect !== "Allow" && effect !== "Deny")
    throw new PolicyError(`${at}.Effect must be "Allow" or "Deny", not ${JSON.stringify(effect)}`);
  const actions = readList(statement, "Action", at);
  if (!actions) throw new PolicyError(`${at} needs Action or NotAction`);
  for (const action of actions.values)
    if (action !== "*" && !/^[\w*?-]+:[\w*?-]+$/.test(action))
      throw new PolicyError(
        `${at}: ${JSON.stringify(action)} is not an action; it must be like "s3:GetObject" or "*"`,
      );
  return {
    ...(typeof sid === "string" && sid !== "" && { sid }),
    effect,
    ...readPrincipals(statement, at),
    actions,
    resources: readList(statement, "Resource", at),
    conditions: readConditions(statement.Condition, at),
  };
}

/** Reads an element `name` or `Not<name>` that has one value or a list of values. */
function readList(statement: Json, name: string, at: string): ListElement | undefined {
  const not = statement[`Not${name}`];
  const given = statement[name];
  if (given !== undefined && not !== undefined)
    throw new PolicyError(`${at} has both ${name} and Not${name}; it must have one of them`);
  if (given === undefined && not === undefined) return undefined;
  const place = `${at}.${given === undefined ? `Not${name}` : name}`;
  const values = texts(given ?? not, place);
  if (values.length === 0) throw new PolicyError(`${place} is empty; it must have a value`);
  return { not: given === undefined, values };
}

const principalTypes: readonly PrincipalType[] = ["AWS", "Service", "Federated", "CanonicalUser"];

function readPrincipals(statement: Json, at: string): { principal?: PrincipalElement } {
  const { Principal: given, NotPrincipal: not } = statement;
  if (given !== undefined && not !== undefined)
    throw new PolicyError(`${at} has both Principal and NotPrincipal; it must have one of them`);
  const element = given ?? not;
  if (element === undefined) return {};
  if (element === "*") return { principal: { not: given === undefined, everybody: true, named: [] } };
  if (!isObject(element))
    throw new PolicyError(`${at}.Principal must be "*" or an object such as {"AWS": "123456789012"}`);
  const named = Object.entries(element).flatMap(([key, value]) => {
    const type = principalTypes.find((one) => one === key);
    if (!type)
      throw new PolicyError(
        `${at}.Principal: ${JSON.stringify(key)} must be one of ${principalTypes.join(", ")}`,
      );
    return texts(value, `${at}.Principal.${key}`).map((name) => ({ type, name }));
  });
  // Wildcards cannot match parts of a principal:
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
  const pattern = named.find(({ type, name }) => type === "AWS" && name !== "*" && /[*?]/.test(name));
  if (pattern)
    throw new PolicyError(
      `${at}.Principal: ${JSON.stringify(pattern.name)} has a wildcard; it must be a whole ARN, an account, or "*", perhaps with a condition on aws:PrincipalArn`,
    );
  const everybody = named.some(({ type, name }) => type === "AWS" && name === "*");
  return { principal: { not: given === undefined, everybody, named } };
}

function readConditions(condition: unknown, at: string): ConditionElement[] {
  if (condition === undefined) return [];
  if (!isObject(condition)) throw new PolicyError(`${at}.Condition must be an object`);
  return Object.entries(condition).flatMap(([name, keys]) => {
    const operator = parseOperator(name);
    if (!operator) throw new PolicyError(`${at}.Condition: there is no operator ${JSON.stringify(name)}`);
    if (!isObject(keys)) throw new PolicyError(`${at}.Condition.${name} must be an object`);
    return Object.entries(keys).map(([key, values]) => ({
      operator,
      key,
      values: texts(values, `${at}.Condition.${name}.${key}`),
    }));
  });
}

function texts(value: unknown, at: string): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === "string") return item;
    if (typeof item === "number" || typeof item === "boolean") return String(item);
    throw new PolicyError(`${at} must be text or a list of texts`);
  });
}

function known(object: Json, names: readonly string[], at: string): void {
  const unknown = Object.keys(object).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new PolicyError(
      `${at}: there is no element ${JSON.stringify(unknown)}; there are ${names.join(", ")}`,
    );
}
