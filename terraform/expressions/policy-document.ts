import { isObject, toText, type Value } from "../values";

type Json = { readonly [key: string]: Value };

/**
 * Renders the JSON of `data.aws_iam_policy_document`.
 *
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 *
 * @param get Returns the data source's attributes.
 * @throws Error when two statements of the source documents or of the data source have the same `sid`, blocks are
 *   dynamic, or an argument is missing.
 */
export function renderPolicyDocument(get: (attribute: string) => Value | undefined): string {
  if (get("dynamic") !== undefined) throw new Error("dynamic blocks are known only to Terraform");
  const sources = documents(get("source_policy_documents"));
  const own: Json = {
    Version: get("version") ?? "2012-10-17",
    Id: get("policy_id") ?? null,
    Statement: blocks(get("statement")).map(renderStatement),
  };
  refuseTwins(sources.flatMap(statementsOf), "source_policy_documents");
  refuseTwins(statementsOf(own), "statement");
  const all = [...sources, own, ...documents(get("override_policy_documents"))];
  // Later statements replace earlier ones with the same sid, and the last id and the newest version hold.
  const statements = all.map(statementsOf).reduce(merge, []);
  const id = all.findLast(({ Id }) => Id)?.Id;
  const [version] = all
    .flatMap(({ Version }) => Version ?? [])
    .sort()
    .reverse();
  return JSON.stringify({ Version: version, ...(id && { Id: id }), Statement: statements });
}

function refuseTwins(statements: readonly Json[], place: string): void {
  const sids = statements.flatMap(({ Sid }) => Sid || []);
  const twice = sids.find((sid, at) => sids.indexOf(sid) < at);
  if (twice) throw new Error(`${place}: two statements have the sid "${twice}"`);
}

function documents(value: Value | undefined): Json[] {
  return list(value).flatMap((text) => {
    if (!text) return [];
    const parsed: unknown = JSON.parse(toText(text));
    return isObject(parsed) ? [parsed] : [];
  });
}

function statementsOf({ Statement: statements }: Json): Json[] {
  return blocks(statements);
}

function merge(base: readonly Json[], over: readonly Json[]): Json[] {
  let merged = [...base];
  for (const statement of over) {
    const known = statement.Sid ? merged.findIndex(({ Sid }) => Sid === statement.Sid) : -1;
    merged = known < 0 ? [...merged, statement] : merged.with(known, statement);
  }
  return merged;
}

function renderStatement(statement: Json): Json {
  const lists: readonly (readonly [string, string])[] = [
    ["Action", "actions"],
    ["NotAction", "not_actions"],
    ["Resource", "resources"],
    ["NotResource", "not_resources"],
  ];
  return {
    ...(statement.sid && { Sid: statement.sid }),
    Effect: statement.effect ?? "Allow",
    ...Object.fromEntries(
      lists.flatMap(([name, attribute]) => {
        const values = list(statement[attribute]).map(fromTerraform);
        return values.length > 0 ? [[name, values] as const] : [];
      }),
    ),
    ...renderPrincipals("Principal", statement.principals),
    ...renderPrincipals("NotPrincipal", statement.not_principals),
    ...renderConditions(statement.condition),
  };
}

function renderPrincipals(name: string, value: Value | undefined): Json {
  const principals = blocks(value);
  if (principals.length === 0) return {};
  const byType: Record<string, Value[]> = {};
  for (const { type, identifiers } of principals) {
    const known = list(identifiers).map(fromTerraform);
    if (type === "*" && known.includes("*")) return { [name]: "*" };
    const key = given(type, "principals: type");
    byType[key] = [...(byType[key] ?? []), ...known];
  }
  return { [name]: byType };
}

function renderConditions(value: Value | undefined): Json {
  const conditions = blocks(value);
  if (conditions.length === 0) return {};
  const byTest: Record<string, Record<string, Value[]>> = {};
  for (const { test, variable, values } of conditions) {
    const operator = given(test, "condition: test");
    const key = given(variable, "condition: variable");
    const keys = byTest[operator] ?? {};
    byTest[operator] = keys;
    keys[key] = [...(keys[key] ?? []), ...list(values).map(fromTerraform)];
  }
  return { Condition: byTest };
}

/** @throws Error that names the argument when it is missing, in which case Terraform would refuse it too. */
function given(value: Value | undefined, name: string): string {
  if (!value) throw new Error(`${name} is required`);
  return toText(value);
}

/** IAM's `${…}` is written as `&{…}` in Terraform, where `${…}` is an interpolation. */
function fromTerraform(value: Value): Value {
  return typeof value === "string" ? value.replaceAll("&{", "${") : value;
}

function list(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Value[]) : [value];
}

function blocks(value: Value | undefined): Json[] {
  return list(value).filter(isObject) as Json[];
}
