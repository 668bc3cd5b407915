import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { bucketOf, checkedName, existingBucketName, functionName, handlerName, requiredName } from "../names";
import type { StackReader } from "../reader";
import type { Settings } from "../settings";
import type { EventSourceMapping, KinesisStream, LambdaFunction } from "../types";
import { keyArn, knownText } from "./keys";

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function */
export function readFunctions(reader: StackReader): LambdaFunction[] {
  const functions: LambdaFunction[] = [];
  for (const fn of reader.of("aws_lambda_function")) {
    const runtime = fn.text("runtime") ?? "";
    const archive = archiveOf(reader, fn);
    if (!runtime.startsWith("nodejs")) {
      reader.skip(fn.address, `runs ${runtime || "a container image"}; only Node.js functions run here`);
    } else if (!archive) {
      reader.skip(fn.address, "has no archive in this stack (filename, or an aws_s3_object with a source)");
    } else {
      if (fn.list("layers").length > 0) reader.skip(fn.address, "layers are not loaded");
      functions.push({
        address: fn.address,
        name: requiredName(fn, "function_name", functionName),
        arn: fn.required("arn"),
        runtime,
        handler: requiredName(fn, "handler", handlerName),
        archive: resolve(reader.document.folder, archive),
        timeoutSeconds: fn.number("timeout", 3),
        memoryMegabytes: fn.number("memory_size", 128),
        environment: fn.block("environment")?.map("variables") ?? {},
        roleArn: knownText(fn, "role"),
        kmsKeyArn: keyArn(reader, fn, "kms_key_arn"),
        logGroup: knownText(fn.block("logging_config"), "log_group"),
        tracing: knownText(fn.block("tracing_config"), "mode") === "Active",
      });
    }
  }
  return functions;
}

function archiveOf(reader: StackReader, fn: Settings): string | undefined {
  const filename = fn.text("filename");
  if (filename) return filename;
  const key = fn.text("s3_key");
  return reader
    .of("aws_s3_object")
    .find((object) => object.text("key") === key && object.text("bucket") === fn.text("s3_bucket"))
    ?.text("source");
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_event_source_mapping */
export function readMappings(
  reader: StackReader,
  streams: readonly KinesisStream[],
  functions: readonly LambdaFunction[],
): EventSourceMapping[] {
  const mappings: EventSourceMapping[] = [];
  for (const mapping of reader.of("aws_lambda_event_source_mapping")) {
    // A consumer with enhanced fan-out reads the same records: its ARN is <stream's ARN>/consumer/<name>:<time>.
    const sourceArn = mapping.text("event_source_arn");
    const streamArn = sourceArn?.replace(/\/consumer\/.*$/, "");
    const fn = findFunction(functions, mapping.required("function_name"));
    if (!streams.some(({ arn }) => arn === streamArn)) {
      reader.skip(
        mapping.address,
        `its source ${streamArn ?? ""} is not a Kinesis stream of this stack, so that it is not run`,
      );
    } else if (!fn) {
      reader.skip(
        mapping.address,
        `the function ${mapping.required("function_name")} is not run here, so neither is the mapping`,
      );
    } else if (streamArn) {
      mappings.push({
        ...readMapping(reader, mapping, streamArn, fn.arn),
        ...(sourceArn !== streamArn && { consumerArn: sourceArn }),
      });
    }
  }
  return mappings;
}

function readMapping(
  reader: StackReader,
  mapping: Settings,
  streamArn: string,
  functionArn: string,
): EventSourceMapping {
  if (mapping.number("tumbling_window_in_seconds", 0) > 0)
    reader.skip(
      mapping.address,
      "tumbling windows are not run: the handler is invoked without window and state",
    );
  const position = mapping.required("starting_position");
  if (position !== "TRIM_HORIZON" && position !== "LATEST" && position !== "AT_TIMESTAMP")
    throw mapping.error("starting_position", `must be TRIM_HORIZON, LATEST or AT_TIMESTAMP, not ${position}`);
  const timestamp = mapping.text("starting_position_timestamp");
  return {
    address: mapping.address,
    streamArn,
    functionArn,
    enabled: mapping.flag("enabled", true),
    batchSize: inRange(mapping, "batch_size", 100, 1, 10_000),
    batchingWindowSeconds: inRange(mapping, "maximum_batching_window_in_seconds", 0, 0, 300),
    parallelizationFactor: inRange(mapping, "parallelization_factor", 1, 1, 10),
    startingPosition: position,
    ...(timestamp && { startingPositionTimestamp: new Date(timestamp) }),
    bisectBatchOnFunctionError: mapping.flag("bisect_batch_on_function_error"),
    maximumRetryAttempts: inRange(mapping, "maximum_retry_attempts", -1, -1, 10_000),
    maximumRecordAgeSeconds: inRange(mapping, "maximum_record_age_in_seconds", -1, -1, 604_800),
    reportBatchItemFailures: mapping.list("function_response_types").includes("ReportBatchItemFailures"),
    filters: mapping
      .blocks("filter_criteria")
      .flatMap((criteria) => criteria.blocks("filter"))
      .map((filter) => filter.required("pattern")),
    onFailureArn: readOnFailure(mapping),
  };
}

function readOnFailure(mapping: Settings): string | undefined {
  const destination = mapping.block("destination_config")?.block("on_failure");
  const arn = destination?.text("destination_arn");
  const bucket = bucketOf(arn);
  if (destination && bucket !== undefined)
    checkedName(destination, "destination_arn", existingBucketName, bucket);
  return arn;
}

function inRange(mapping: Settings, name: string, fallback: number, low: number, high: number): number {
  const value = mapping.number(name, fallback);
  if (!Number.isInteger(value) || value < low || value > high)
    throw mapping.error(name, `must be a whole number from ${low} to ${high}, not ${value}`);
  return value;
}

/** A function is given by its name, its ARN, its partial ARN or an alias or version of it. */
function findFunction(functions: readonly LambdaFunction[], name: string): LambdaFunction | undefined {
  const plain = /(?:^|:)function:([^:]+)/.exec(name)?.[1] ?? name.split(":")[0];
  return functions.find((fn) => fn.name === plain);
}

/** @returns the archives that are not there, one sentence each. */
export function missingArchives(functions: readonly LambdaFunction[]): string[] {
  return functions
    .filter(({ archive }) => !existsSync(archive))
    .map(({ address, archive }) => `${address}: there is no archive at ${archive}`);
}
