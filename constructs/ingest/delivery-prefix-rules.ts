import type { IConstruct } from "constructs";
import type { LakeTable } from "../catalog/lake-table";
import { sharesRawRecords } from "../catalog/raw-records";
import type { Problems } from "../core/problems";
import { tableFolders } from "../lake/folders";
import { problemOfPrefix, share } from "../lake/prefix";
import { type DeliveryPlan, fixedPart } from "./delivery-plan";
import { isTable, type StreamDeliveryProps } from "./stream-delivery-props";

const errorType = "!{firehose:error-output-type}";

interface Prefix {
  /** Name of its prop. */
  readonly prop: "prefix" | "to.prefix" | "errorPrefix" | "keepRaw";
  readonly value: string;
  /** Whether the caller wrote it, or it is derived from the table and the lake. */
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

/** https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html */
export function checkPrefixes(problems: Problems, props: StreamDeliveryProps, plan: DeliveryPlan): void {
  if (!isTable(props.to)) {
    problems.require("prefix", props.prefix, props.prefix === undefined, "is given in `to`, with the lake");
    problems.require(
      "keepRaw",
      props.keepRaw,
      props.keepRaw !== true,
      "must be a prefix: without a table the records stay as they were sent, and no second copy has a place",
    );
  }
  for (const { prop, value, given } of prefixesOf(props, plan)) {
    const isError = prop === "errorPrefix";
    const allowed = isError || prop === "keepRaw" ? namespaces : mainNamespaces;
    const problem =
      given &&
      problemOfPrefix(value.replaceAll(/!\{[^}]*\}?/g, (expression) => "x".repeat(expression.length)));
    if (problem) problems.require(prop, value, false, problem);
    checkExpressions(problems, prop, value, allowed);
    problems.require(
      prop,
      value,
      value.includes(errorType) === isError,
      `must ${isError ? "" : "not "}have ${errorType}`,
    );
  }
}

const namespaces = ["firehose", "timestamp"];
const mainNamespaces = [...namespaces, "partitionKeyFromQuery"];
const firehoseValues = ["random-string", "error-output-type"];

function checkExpressions(
  problems: Problems,
  prop: string,
  prefix: string,
  allowed: readonly string[],
): void {
  for (const [expression, namespace = "", value = ""] of prefix.matchAll(/!\{([^:}]*):?([^}]*)\}?/g)) {
    const wellFormed = allowed.includes(namespace) && value !== "" && expression.endsWith("}");
    problems.require(
      prop,
      prefix,
      wellFormed,
      `has ${expression}, but an expression is !{namespace:value} with one of ${allowed.join(", ")}`,
    );
    if (!wellFormed) continue;
    if (namespace === "firehose")
      problems.require(
        prop,
        prefix,
        firehoseValues.includes(value),
        `has ${expression}, but the value is one of ${firehoseValues.join(", ")}`,
      );
    if (namespace === "timestamp") checkTimestamp(problems, prop, prefix, expression, value);
  }
}

/**
 * Firehose takes the patterns of Java:
 * https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
 */
function checkTimestamp(
  problems: Problems,
  prop: string,
  prefix: string,
  expression: string,
  pattern: string,
): void {
  const letters = pattern.replaceAll(/'[^']*'/g, "");
  problems.require(
    prop,
    prefix,
    !letters.includes("Y") || /w/i.test(letters),
    `has ${expression}: Y is the year of the week, another than the calendar's around New Year; take !{timestamp:${pattern.replaceAll("Y", "y")}}`,
  );
  const unknown = letters.replaceAll(/[GuyDMLdQqYwWEecFahKkHmsSAnNVzOXxZp[\]]|[^A-Za-z]/g, "");
  problems.require(
    prop,
    prefix,
    unknown === "",
    `has ${expression}, in which Java's date patterns have no letter ${[...new Set(unknown)].join(", ")}`,
  );
}

/** A table reads all that is in its folder, so only what it can read may go there. */
export function checkFolders(
  scope: IConstruct,
  problems: Problems,
  props: StreamDeliveryProps,
  plan: DeliveryPlan,
): void {
  const folders = prefixesOf(props, plan);
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
  if (plan.table) checkTableFolder(problems, plan.prefix, plan.table);
  const other = plan.table && plan.rawPrefix && sharesRawRecords(plan.table, plan.rawPrefix);
  if (other)
    problems.require(
      "keepRaw",
      plan.rawPrefix,
      false,
      `must not be where the delivery to table ${other.node.path} keeps its records: give a prefix of its own`,
    );
}

/** Athena computes the folders of a table's partitions, and reads no others. */
function checkTableFolder(problems: Problems, given: string, { prefix, partitions }: LakeTable): void {
  if (!fixedPart(given).startsWith(prefix)) {
    problems.require("prefix", given, false, `must lie in the table's folder, ${prefix}`);
    return;
  }
  const folders = given.slice(prefix.length).split("/").slice(0, -1);
  for (const [index, { name, type }] of partitions.entries()) {
    const value = type === "date" ? "!{timestamp:yyyy-MM-dd}" : `!{partitionKeyFromQuery:${name}}`;
    const folder = folders[index] ?? "";
    problems.require(
      "prefix",
      given,
      type === "date" ? folder === `${name}=${value}` : folder.startsWith(`${name}=`),
      `must have the folder ${name}=${value}/ of the table's partition`,
    );
  }
}
