import type { IConstruct } from "constructs";
import type { LakeTable } from "../catalog/lake-table";
import { sharesRawRecords } from "../catalog/raw-records";
import type { Problems } from "../core/problems";
import { tableFolders } from "../lake/folders";
import { problemOfFolder, problemOfPrefix, share } from "../lake/prefix";
import { type DeliveryPlan, fixedPart } from "./delivery-plan";
import { isTable, type StreamDeliveryProps } from "./stream-delivery-props";

const errorType = "!{firehose:error-output-type}";

interface Prefix {
  /** Name of the prop that sets the prefix. */
  readonly prop: "prefix" | "to.prefix" | "errorPrefix" | "keepRaw";
  readonly value: string;
  /** True when the caller has set it; false when it is derived from the table and the lake. */
  readonly given: boolean;
}

function prefixesOf({ to, keepRaw, ...props }: StreamDeliveryProps, plan: DeliveryPlan): Prefix[] {
  const { prefix, errorPrefix, rawPrefix } = plan;
  const main: Prefix = isTable(to)
    ? { prop: "prefix", value: prefix, given: props.prefix !== undefined }
    : { prop: "to.prefix", value: prefix, given: true };
  const errors: Prefix = { prop: "errorPrefix", value: errorPrefix, given: props.errorPrefix !== undefined };
  if (rawPrefix === undefined) return [main, errors];
  return [main, errors, { prop: "keepRaw", value: rawPrefix, given: typeof keepRaw === "string" }];
}

/**
 * Checks each prefix by itself. Those that pass are compared with each other, with the tables' folders and with the
 * lake's zones.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */
export function checkPrefixes(
  scope: IConstruct,
  problems: Problems,
  props: StreamDeliveryProps,
  plan: DeliveryPlan,
): void {
  if (!isTable(props.to)) {
    problems.require("prefix", props.prefix, props.prefix === undefined, "is given in `to`, with the lake");
    problems.require(
      "keepRaw",
      props.keepRaw,
      props.keepRaw !== true,
      "must be a prefix: without a table the records stay as they were sent, and no second copy has a place",
    );
  }
  const right = prefixesOf(props, plan).filter((prefix) => {
    const rules = problemsOf(prefix, plan);
    for (const rule of rules) problems.require(prefix.prop, prefix.value, false, rule);
    return rules.length === 0 && !isRefusedTable(prefix, plan);
  });
  checkFolders(scope, problems, right, plan);
}

/** Whether a prefix is derived from a table's folder that is invalid. The table itself reports that problem. */
function isRefusedTable({ prop, given }: Prefix, { table }: DeliveryPlan): boolean {
  return prop === "prefix" && !given && table !== undefined && problemOfFolder(table.prefix) !== undefined;
}

/** What is wrong with a prefix by itself. */
function problemsOf({ prop, value, given }: Prefix, { table }: DeliveryPlan): string[] {
  const isError = prop === "errorPrefix";
  const allowed = isError || prop === "keepRaw" ? namespaces : mainNamespaces;
  const outline = value.replaceAll(/!\{[^}]*\}?/g, (expression) => "x".repeat(expression.length));
  const rules = [
    given ? problemOfPrefix(outline) : undefined,
    ...problemsOfExpressions(value, allowed),
    value.includes(errorType) === isError ? undefined : `must ${isError ? "" : "not "}have ${errorType}`,
  ].filter((rule) => rule !== undefined);
  const inTable =
    prop === "prefix" && table && rules.length === 0 && problemOfFolder(table.prefix) === undefined;
  return inTable ? problemsInTable(value, table) : rules;
}

const namespaces = ["firehose", "timestamp"];
const mainNamespaces = [...namespaces, "partitionKeyFromQuery"];
const firehoseValues = ["random-string", "error-output-type"];

function problemsOfExpressions(prefix: string, allowed: readonly string[]): string[] {
  const expressions = [...prefix.matchAll(/!\{([^:}]*):?([^}]*)\}?/g)];
  return expressions.flatMap(([expression, namespace = "", value = ""]) => {
    if (!allowed.includes(namespace) || value === "" || !expression.endsWith("}"))
      return [`has ${expression}, but an expression is !{namespace:value} with one of ${allowed.join(", ")}`];
    if (namespace === "firehose" && !firehoseValues.includes(value))
      return [`has ${expression}, but the value is one of ${firehoseValues.join(", ")}`];
    return namespace === "timestamp" ? problemsOfTimestamp(expression, value) : [];
  });
}

/**
 * What is wrong with the pattern of a timestamp. Firehose uses Java's patterns:
 * https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
 */
function problemsOfTimestamp(expression: string, pattern: string): string[] {
  const letters = pattern.replaceAll(/'[^']*'/g, "");
  const rules: string[] = [];
  if (letters.includes("Y") && !/w/i.test(letters))
    rules.push(
      `has ${expression}: Y is the year of the week, which is not always the calendar's around New Year; use !{timestamp:${pattern.replaceAll("Y", "y")}}`,
    );
  const unknown = letters.replaceAll(/[GuyDMLdQqYwWEecFahKkHmsSAnNVzOXxZp[\]]|[^A-Za-z]/g, "");
  if (unknown !== "")
    rules.push(
      `has ${expression}, in which Java's date patterns have no letter ${[...new Set(unknown)].join(", ")}`,
    );
  return rules;
}

/** Checks that only what a table can read is delivered into its folder, because a table reads all objects there. */
function checkFolders(
  scope: IConstruct,
  problems: Problems,
  folders: readonly Prefix[],
  plan: DeliveryPlan,
): void {
  for (const [index, { prop, value }] of folders.entries())
    for (const { prop: otherProp, value: other } of folders.slice(0, index))
      problems.require(
        prop,
        value,
        !share(fixedPart(value), fixedPart(other)),
        `must not share a folder with ${otherProp}, ${other}`,
      );
  const { results } = plan.lake.zones;
  for (const { prop, value } of folders)
    problems.require(
      prop,
      value,
      !fixedPart(value).startsWith(results),
      `must not lie in the zone of query results, ${results}, whose objects are deleted after days`,
    );
  for (const table of tableFolders(scope, plan.lake))
    for (const { prop, value } of table === plan.table || table.format === "json" ? [] : folders)
      problems.require(
        prop,
        value,
        !share(fixedPart(value), table.prefix),
        `must not share a folder with table ${table.name}, ${table.prefix}, which does not read JSON`,
      );
  const raw = folders.find(({ prop }) => prop === "keepRaw");
  const other = raw && plan.table && sharesRawRecords(plan.table, raw.value);
  if (other)
    problems.require(
      "keepRaw",
      raw.value,
      false,
      `must not be where the delivery to table ${other.node.path} keeps its records: give a prefix of its own`,
    );
}

/** Checks a prefix against a table's partitions. Athena computes their folders and reads no others. */
function problemsInTable(given: string, { prefix, partitions }: LakeTable): string[] {
  if (!fixedPart(given).startsWith(prefix)) return [`must lie in the table's folder, ${prefix}`];
  const folders = given.slice(prefix.length).split("/").slice(0, -1);
  return partitions.flatMap(({ name, type }, index) => {
    const value = type === "date" ? "!{timestamp:yyyy-MM-dd}" : `!{partitionKeyFromQuery:${name}}`;
    const folder = folders[index] ?? "";
    const holds = type === "date" ? folder === `${name}=${value}` : folder.startsWith(`${name}=`);
    return holds ? [] : [`must have the folder ${name}=${value}/ of the table's partition`];
  });
}
