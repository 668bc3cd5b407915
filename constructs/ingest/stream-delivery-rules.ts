import { checkKey } from "../core/key";
import { bufferLimits } from "../core/limits";
import type { Problems } from "../core/problems";
import { checkRole, checkRoleName } from "../core/role";
import { checkLogRetention } from "../core/rules";
import { type DeliveryPlan, fixedPart } from "./delivery-plan";
import { isTable, type StreamDeliveryProps } from "./stream-delivery-props";

/** Checks of {@link StreamDeliveryProps}, with the delivery stream's name as it will be. */
export function checkStreamDelivery(
  problems: Problems,
  props: StreamDeliveryProps,
  plan: DeliveryPlan,
  name: string,
): void {
  problems.name("name", name, /^[a-zA-Z0-9_.-]{1,64}$/, "1-64 letters, digits and _.-");
  problems.exclusive("role", props.role, "roleName", props.roleName);
  checkRole(problems, "role", props.role);
  checkRoleName(problems, props.roleName);
  checkLogRetention(problems, props.logRetentionDays);
  checkKey(problems, "encryptionKey", props.encryptionKey);
  checkTimeZone(problems, props.timeZone);
  checkBuffer(problems, props, plan);
  checkConversion(problems, props, plan);
  checkPrefixes(problems, props, plan);
  checkDynamicPartitioning(problems, props, plan);
  checkFolders(problems, props, plan);
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
function checkTimeZone(problems: Problems, timeZone: string | undefined): void {
  if (timeZone !== undefined)
    problems.require("timeZone", timeZone, isTimeZone(timeZone), "must be a time zone such as Europe/Lisbon");
}

function isTimeZone(timeZone: string): boolean {
  if (!/^[a-zA-Z/_]{1,50}$/.test(timeZone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

function checkBuffer(problems: Problems, props: StreamDeliveryProps, plan: DeliveryPlan): void {
  const { buffer = {}, dynamicPartitioning } = props;
  const { seconds, rawSeconds, mebibytes, convertedMebibytes, partitionedSeconds } = bufferLimits;
  problems.integer(
    "buffer.seconds",
    buffer.seconds,
    dynamicPartitioning ? partitionedSeconds : plan.rawPrefix === undefined ? seconds : rawSeconds,
  );
  problems.integer(
    "buffer.mebibytes",
    buffer.mebibytes,
    dynamicPartitioning || plan.conversion ? convertedMebibytes : mebibytes,
  );
}

/** https://docs.aws.amazon.com/firehose/latest/dev/enable-record-format-conversion.html */
function checkConversion(problems: Problems, props: StreamDeliveryProps, plan: DeliveryPlan): void {
  if (!plan.conversion) return;
  const { compression, appendDelimiter } = props;
  problems.require(
    "compression",
    compression,
    compression === undefined,
    "must not be given with a table of Parquet, which is compressed inside",
  );
  problems.require(
    "appendDelimiter",
    appendDelimiter,
    !appendDelimiter,
    "must not be given with a table of Parquet, which has no delimiters",
  );
}

const errorType = "!{firehose:error-output-type}";
const longestPrefix = 1024;

/** Prefixes by the names of their props: `to.prefix` is the caller's own, `prefix` may be derived from a table. */
function prefixesOf(props: StreamDeliveryProps, plan: DeliveryPlan): [string, string][] {
  const { prefix, errorPrefix, rawPrefix } = plan;
  const all: [string, string | undefined][] = [
    [isTable(props.to) ? "prefix" : "to.prefix", prefix],
    ["errorPrefix", errorPrefix],
    ["keepRaw", rawPrefix],
  ];
  return all.filter((one): one is [string, string] => one[1] !== undefined);
}

/** https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html */
function checkPrefixes(problems: Problems, props: StreamDeliveryProps, plan: DeliveryPlan): void {
  if (!isTable(props.to)) {
    problems.require("prefix", props.prefix, props.prefix === undefined, "is given in `to`, with the lake");
    problems.require(
      "keepRaw",
      props.keepRaw,
      props.keepRaw !== true,
      "must be a prefix: without a table the records stay as they were sent, and no second copy has a place",
    );
  }
  for (const [prop, value] of prefixesOf(props, plan)) {
    const isError = prop === "errorPrefix";
    const allowed = isError || prop === "keepRaw" ? namespaces : mainNamespaces;
    problems.require(
      prop,
      value,
      Buffer.byteLength(value) <= longestPrefix,
      `must have ${longestPrefix} bytes at most`,
    );
    problems.require(prop, value, !/(^|\/)\.{1,2}(\/|$)/.test(value), "must not have the folders . and ..");
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

/** https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html */
function checkDynamicPartitioning(problems: Problems, props: StreamDeliveryProps, plan: DeliveryPlan): void {
  const { dynamicPartitioning } = props;
  const keys = Object.keys(dynamicPartitioning ?? {});
  if (dynamicPartitioning && (keys.length < 1 || keys.length > 50))
    problems.add("dynamicPartitioning", dynamicPartitioning, "must have 1 to 50 keys");
  const named = [...plan.prefix.matchAll(/!\{partitionKeyFromQuery:([^}]*)\}/g)].map(([, key = ""]) => key);
  for (const key of keys)
    problems.require("prefix", plan.prefix, named.includes(key), `must have !{partitionKeyFromQuery:${key}}`);
  for (const key of named)
    problems.require(
      "dynamicPartitioning",
      dynamicPartitioning,
      keys.includes(key),
      `must say where in a record "${key}" is, such as { ${key}: ".${key}" }`,
    );
}

/** A table reads all that is in its folder, so only what it can read may go there. */
function checkFolders(problems: Problems, props: StreamDeliveryProps, plan: DeliveryPlan): void {
  const folders = prefixesOf(props, plan);
  for (const [index, [prop, value]] of folders.entries())
    for (const [otherProp, other] of folders.slice(0, index))
      problems.require(
        prop,
        value,
        !nested(fixedPart(value), fixedPart(other)),
        `must not share a folder with ${otherProp}, ${other}`,
      );
  if (plan.tableFolder !== undefined)
    problems.require(
      "prefix",
      plan.prefix,
      fixedPart(plan.prefix).startsWith(plan.tableFolder),
      `must lie in the table's folder, ${plan.tableFolder}`,
    );
}

function nested(one: string, two: string): boolean {
  return one.startsWith(two) || two.startsWith(one);
}
