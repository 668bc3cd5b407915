import { bufferLimits } from "@streaming-data-lake/rules/limits";
import { deliveryStreamName } from "@streaming-data-lake/rules/names";
import type { IConstruct } from "constructs";
import { checkRole, checkRoleName } from "../access/role";
import { columnName } from "../catalog/table-rules";
import { checkKey } from "../core/key";
import type { Problems } from "../core/problems";
import { checkLogRetention } from "../core/rules";
import type { DeliveryPlan } from "./delivery-plan";
import { checkPrefixes } from "./delivery-prefix-rules";
import { checkTimeZone } from "./delivery-time-zone";
import type { StreamDeliveryProps } from "./stream-delivery-props";

/** Checks {@link StreamDeliveryProps}, together with the name that the delivery stream will have. */
export function checkStreamDelivery(
  scope: IConstruct,
  problems: Problems,
  props: StreamDeliveryProps,
  plan: DeliveryPlan,
  name: string,
): void {
  problems.name("name", name, deliveryStreamName.pattern, deliveryStreamName.says);
  problems.exclusive("role", props.role, "roleName", props.roleName);
  checkRole(problems, "role", props.role);
  checkRoleName(problems, props.roleName);
  checkLogRetention(problems, props.logRetentionDays);
  checkKey(problems, "encryptionKey", props.encryptionKey);
  checkTimeZone(problems, props);
  checkBuffer(problems, props, plan);
  checkConversion(problems, props, plan);
  checkPrefixes(scope, problems, props, plan);
  checkDynamicPartitioning(problems, props, plan);
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
  const { compression, appendDelimiter } = props;
  if (!plan.conversion) {
    // Athena recognizes the compression by the end of an object's name: https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html
    if (plan.table && compression !== undefined)
      problems.require(
        "compression",
        compression,
        compression === "GZIP" || compression === "UNCOMPRESSED",
        "must be GZIP or UNCOMPRESSED for a table of JSON: Athena does not read Firehose's other compressions",
      );
    return;
  }
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

/** https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html */
function checkDynamicPartitioning(problems: Problems, props: StreamDeliveryProps, plan: DeliveryPlan): void {
  const { dynamicPartitioning } = props;
  const keys = Object.keys(dynamicPartitioning ?? {});
  if (dynamicPartitioning && (keys.length < 1 || keys.length > 50))
    problems.add("dynamicPartitioning", dynamicPartitioning, "must have 1 to 50 keys");
  const named = [...plan.prefix.matchAll(/!\{partitionKeyFromQuery:([^}]*)\}/g)].map(([, key = ""]) => key);
  for (const [key, expression] of Object.entries(dynamicPartitioning ?? {})) {
    // The key becomes a key of a jq object, where it is written without quotes.
    problems.name(
      `dynamicPartitioning.${key}`,
      key,
      /^[a-zA-Z_]\w*$/,
      "named by letters, digits and _, and not begin with a digit",
    );
    problems.name(`dynamicPartitioning.${key}`, expression, /\S/, "a jq expression, such as .country");
  }
  for (const key of keys)
    problems.require("prefix", plan.prefix, named.includes(key), `must have !{partitionKeyFromQuery:${key}}`);
  // A partition with an invalid name is reported by its table, so it is left out here.
  for (const key of plan.table && !props.prefix ? named.filter((name) => columnName.test(name)) : named)
    problems.require(
      "dynamicPartitioning",
      dynamicPartitioning,
      keys.includes(key),
      `must say where in a record "${key}" is, such as { ${key}: ".${key}" }`,
    );
}
