import type { Problems } from "./problems";
import type { StreamDeliveryProps } from "./stream-delivery";
import { checkLogRetention, checkRoleName } from "./stream-processor-rules";

/** A prefix up to its first expression: what an IAM resource or a table's location can name. */
export function fixedPart(prefix: string): string {
  const expression = prefix.indexOf("!{");
  return expression === -1 ? prefix : prefix.slice(0, expression).replace(/[^/]*$/, "");
}

const errorType = "!{firehose:error-output-type}";

/** Checks of {@link StreamDeliveryProps}, with the delivery stream's name as it will be. */
export function checkStreamDeliveryProps(
  problems: Problems,
  props: StreamDeliveryProps,
  known: { readonly name: string },
): void {
  problems.name("name", known.name, /^[a-zA-Z0-9_.-]{1,64}$/, "1-64 letters, digits and _.-");
  checkRoleName(problems, props.roleName);
  checkLogRetention(problems, props.logRetentionDays);
  checkBuffers(problems, props);
  checkPrefixes(problems, props);
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html */
function checkBuffers(problems: Problems, props: StreamDeliveryProps): void {
  const { bufferSeconds, bufferMebibytes, dynamicPartitioning, table } = props;
  problems.integer("bufferSeconds", bufferSeconds, dynamicPartitioning ? 60 : 0, 900, "seconds");
  const large = dynamicPartitioning || table;
  problems.integer("bufferMebibytes", bufferMebibytes, large ? 64 : 1, 128, "MiB");
}

/** https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html */
function checkPrefixes(problems: Problems, props: StreamDeliveryProps): void {
  const { prefix, errorPrefix, backupPrefix } = props;
  const keys = Object.keys(props.dynamicPartitioning ?? {});
  problems.require("errorPrefix", errorPrefix, errorPrefix.includes(errorType), `must have ${errorType}`);
  checkExpressions(problems, "prefix", prefix, ["firehose", "timestamp", "partitionKeyFromQuery"]);
  checkExpressions(problems, "errorPrefix", errorPrefix, ["firehose", "timestamp"]);
  checkExpressions(problems, "backupPrefix", backupPrefix ?? "", ["firehose", "timestamp"]);
  for (const [prop, value] of Object.entries({ prefix, backupPrefix: backupPrefix ?? "" }))
    problems.require(prop, value, !value.includes(errorType), `only errorPrefix may have ${errorType}`);
  for (const key of keys)
    problems.require(
      "prefix",
      prefix,
      prefix.includes(`!{partitionKeyFromQuery:${key}}`),
      `must have !{partitionKeyFromQuery:${key}}, a key of dynamicPartitioning`,
    );
  for (const [, key] of prefix.matchAll(/!\{partitionKeyFromQuery:([^}]*)\}/g))
    problems.require(
      "prefix",
      prefix,
      key !== undefined && keys.includes(key),
      `names ${key}, which is no key of dynamicPartitioning`,
    );
  if (backupPrefix !== undefined) checkApart(problems, "backupPrefix", backupPrefix, "prefix", prefix);
  checkApart(problems, "errorPrefix", errorPrefix, "prefix", prefix);
  checkApart(problems, "errorPrefix", errorPrefix, "backupPrefix", backupPrefix);
}

function checkExpressions(
  problems: Problems,
  prop: string,
  value: string,
  namespaces: readonly string[],
): void {
  for (const [expression, namespace = ""] of value.matchAll(/!\{([^:}]*)[^}]*\}?/g))
    problems.require(
      prop,
      value,
      namespaces.includes(namespace) && expression.endsWith("}"),
      `has ${expression}, but an expression is !{namespace:value} with one of ${namespaces.join(", ")}`,
    );
}

/** A table reads everything below its location, so that what is delivered elsewhere must not lie there. */
function checkApart(
  problems: Problems,
  prop: string,
  value: string,
  otherProp: string,
  other: string | undefined,
): void {
  if (other === undefined) return;
  const [one, two] = [fixedPart(value), fixedPart(other)];
  problems.require(
    prop,
    value,
    !one.startsWith(two) && !two.startsWith(one),
    `must not share a folder with ${otherProp}, ${JSON.stringify(other)}: a table reads all that is below its location`,
  );
}
