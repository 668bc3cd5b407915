import { checkLogRetention, checkRoleName } from "../core/common-rules";
import type { Problems } from "../core/problems";
import type { StreamDeliveryProps } from "./stream-delivery-props";

/** A prefix up to the folder of its first expression: what a policy or a table's location can name. */
export function fixedPart(prefix: string): string {
  const expression = prefix.indexOf("!{");
  return expression === -1 ? prefix : prefix.slice(0, expression).replace(/[^/]*$/, "");
}

/** Checks of {@link StreamDeliveryProps}, with the delivery stream's name as it will be. */
export function checkStreamDeliveryProps(
  problems: Problems,
  props: StreamDeliveryProps,
  known: { readonly name: string },
): void {
  problems.name("name", known.name, /^[a-zA-Z0-9_.-]{1,64}$/, "1-64 letters, digits and _.-");
  problems.exclusive("role", props.role, "roleName", props.roleName);
  checkRoleName(problems, props.roleName);
  checkLogRetention(problems, props.logRetentionDays);
  checkBuffers(problems, props);
  checkConversion(problems, props);
  checkExpressions(problems, props);
  checkDynamicPartitioning(problems, props);
  checkFolders(problems, props);
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html */
function checkBuffers(problems: Problems, props: StreamDeliveryProps): void {
  const { bufferSeconds, bufferMebibytes, dynamicPartitioning, table } = props;
  problems.integer("bufferSeconds", bufferSeconds, dynamicPartitioning ? 60 : 0, 900, "seconds");
  problems.integer("bufferMebibytes", bufferMebibytes, dynamicPartitioning || table ? 64 : 1, 128, "MiB");
}

/** https://docs.aws.amazon.com/firehose/latest/dev/enable-record-format-conversion.html */
function checkConversion(problems: Problems, props: StreamDeliveryProps): void {
  if (!props.table) return;
  const { compression, appendDelimiter } = props;
  problems.require(
    "compression",
    compression,
    compression === undefined,
    "must not be given with a table: Parquet is compressed inside",
  );
  problems.require(
    "appendDelimiter",
    appendDelimiter,
    !appendDelimiter,
    "must not be given with a table: Parquet has no delimiters",
  );
}

const errorType = "!{firehose:error-output-type}";

/** https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html */
function checkExpressions(problems: Problems, props: StreamDeliveryProps): void {
  const { prefix, errorPrefix, backupPrefix = "" } = props;
  problems.require("errorPrefix", errorPrefix, errorPrefix.includes(errorType), `must have ${errorType}`);
  const main = ["firehose", "timestamp", "partitionKeyFromQuery"];
  const check = (prop: string, value: string, namespaces: readonly string[]) => {
    for (const [expression, namespace = ""] of value.matchAll(/!\{([^:}]*)[^}]*\}?/g))
      problems.require(
        prop,
        value,
        namespaces.includes(namespace) && /:.+\}$/.test(expression),
        `has ${expression}, but an expression is !{namespace:value} with one of ${namespaces.join(", ")}`,
      );
  };
  check("prefix", prefix, main);
  check("errorPrefix", errorPrefix, ["firehose", "timestamp"]);
  check("backupPrefix", backupPrefix, ["firehose", "timestamp"]);
  for (const [prop, value] of Object.entries({ prefix, backupPrefix }))
    problems.require(prop, value, !value.includes(errorType), `must not have ${errorType}`);
}

/** https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html */
function checkDynamicPartitioning(problems: Problems, props: StreamDeliveryProps): void {
  const { prefix, dynamicPartitioning } = props;
  const keys = Object.keys(dynamicPartitioning ?? {});
  if (dynamicPartitioning && (keys.length < 1 || keys.length > 50))
    problems.add("dynamicPartitioning", dynamicPartitioning, "must have 1 to 50 keys");
  const named = [...prefix.matchAll(/!\{partitionKeyFromQuery:([^}]*)\}/g)].map(([, key = ""]) => key);
  for (const key of keys)
    problems.require("prefix", prefix, named.includes(key), `must have !{partitionKeyFromQuery:${key}}`);
  for (const key of named)
    problems.require("prefix", prefix, keys.includes(key), `names "${key}", no key of dynamicPartitioning`);
}

/** A table reads all that is below its location, so only what it can read may go there. */
function checkFolders(problems: Problems, props: StreamDeliveryProps): void {
  const folders = [
    ["prefix", props.prefix],
    ["errorPrefix", props.errorPrefix],
    ["backupPrefix", props.backupPrefix],
  ].filter((folder): folder is [string, string] => folder[1] !== undefined);
  for (const [index, [prop, value]] of folders.entries())
    for (const [otherProp, other] of folders.slice(0, index))
      problems.require(
        prop,
        value,
        !nested(fixedPart(value), fixedPart(other)),
        `must not share a folder with ${otherProp}, ${other}`,
      );
  const location = locationOf(props);
  if (location !== undefined)
    problems.require(
      "prefix",
      props.prefix,
      fixedPart(props.prefix).startsWith(location),
      `must lie in the table's location, ${location}`,
    );
}

function nested(one: string, two: string): boolean {
  return one.startsWith(two) || two.startsWith(one);
}

/** The prefix in the table's location, where it is known. */
function locationOf({ table }: StreamDeliveryProps): string | undefined {
  return /^s3:\/\/[^/]+\/(.*)$/.exec(table?.storageDescriptor.locationInput ?? "")?.[1];
}
