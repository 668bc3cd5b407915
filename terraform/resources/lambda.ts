import { existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { functionLimits, mappingLimits } from "@streaming-data-lake/rules/limits";
import { functionName } from "@streaming-data-lake/rules/names";
import { bucketOf, checkedName, existingBucketName, handlerName, requiredName } from "../names";
import type { StackReader } from "../reader";
import type { Settings } from "../settings";
import type { Archive, EventSourceMapping, KinesisStream, LambdaFunction } from "../types";
import { isObject, jsonValueOf } from "../values";
import { patternProblem } from "./event-pattern";
import { keyArnOf } from "./keys";

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function */
export function readFunctions(reader: StackReader): LambdaFunction[] {
  return reader.each(reader.blocksOf("aws_lambda_function"), (fn) => readFunction(reader, fn));
}

function readFunction(reader: StackReader, fn: Settings): LambdaFunction | undefined {
  const runtime = fn.text("runtime") ?? "";
  if (fn.text("package_type") === "Image" || fn.text("image_uri") !== undefined) {
    reader.skip(fn.address, "is a container image, which is not run here");
    return undefined;
  }
  if (!/^(?:nodejs|python3)/.test(runtime)) {
    const what = runtime === "" ? "has no runtime" : `runs ${runtime}`;
    reader.skip(fn.address, `${what}; only functions of Node.js and Python run here`);
    return undefined;
  }
  const archive = archiveOf(reader, fn);
  if (!archive) {
    reader.skip(fn.address, "has no archive in this stack (filename, or an aws_s3_object with a source)");
    return undefined;
  }
  // The archive of a function that was planned or deployed elsewhere may be missing here. The archive of a synthesized
  // stack can be created again.
  if (reader.document.isPlanned && isMissing(archive)) {
    reader.skip(fn.address, `there is no archive at ${archive.archive}, so it is not run`);
    return undefined;
  }
  const { known, unknown } = fn.block("environment")?.knownEntries("variables") ?? { known: {}, unknown: [] };
  for (const sentence of unknown) reader.skip(sentence, "this value of the environment is left out");
  checkEnvironment(fn, known);
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
  if (fn.text("reserved_concurrent_executions") === "0")
    reader.note(fn.address, "AWS throttles every invocation with reserved_concurrent_executions = 0");
  return {
    address: fn.address,
    name: requiredName(fn, "function_name", functionName),
    arn: fn.required("arn"),
    runtime,
    handler: requiredName(fn, "handler", handlerName),
    ...archive,
    layers: readLayers(reader, fn),
    timeoutSeconds: fn.integer("timeout", functionLimits.timeoutSeconds, 3),
    memoryMegabytes: fn.integer("memory_size", functionLimits.memoryMegabytes, 128),
    environment: known,
    roleArn: fn.knownText("role"),
    kmsKeyArn: keyArnOf(reader, fn, "kms_key_arn"),
    logGroup: fn.block("logging_config")?.knownText("log_group"),
    tracing: fn.block("tracing_config")?.knownText("mode") === "Active",
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
function checkEnvironment(fn: Settings, variables: Readonly<Record<string, string>>): void {
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > functionLimits.environmentBytes)
    throw fn.error(
      "environment.variables",
      `all variables take ${functionLimits.environmentBytes} bytes at most, not ${bytes}`,
    );
}

/** The archives of those layers that are in this stack. */
function readLayers(reader: StackReader, fn: Settings): Archive[] {
  return fn.list("layers").flatMap((arn) => {
    const layer = reader
      .blocksOf("aws_lambda_layer_version")
      .find(
        (one) =>
          one.knownText("arn") === arn || one.knownText("layer_arn") === String(arn).replace(/:\d+$/, ""),
      );
    const archive = layer && archiveOf(reader, layer);
    if (archive && !(reader.document.isPlanned && isMissing(archive))) return [archive];
    const why = archive ? `has no archive at ${archive.archive}` : "is not in this stack";
    reader.skip(fn.address, `the layer ${arn} ${why}, so the function runs without it`);
    return [];
  });
}

/** The archive of a function or a layer, or the source for it. */
function archiveOf(reader: StackReader, owner: Settings): Archive | undefined {
  const filename = owner.text("filename") ?? objectSource(reader, owner);
  if (!filename) return undefined;
  const beside = resolve(reader.document.folder, filename);
  // Terraform may have been run in the working directory, while the plan or state file is in another folder.
  const archive =
    !existsSync(beside) && reader.document.isPlanned && existsSync(filename) ? resolve(filename) : beside;
  return existsSync(archive) ? { archive } : sourceOf(reader, archive);
}

/** The source file of an object in this stack, found by bucket and key. */
function objectSource(reader: StackReader, owner: Settings): string | undefined {
  const key = owner.text("s3_key");
  if (key === undefined) return undefined;
  return [...reader.blocksOf("aws_s3_object"), ...reader.blocksOf("aws_s3_bucket_object")]
    .find(
      (object) => object.knownText("key") === key && object.knownText("bucket") === owner.text("s3_bucket"),
    )
    ?.text("source");
}

const outputOf = (reader: StackReader, archive: Settings): string | undefined => {
  const written = archive.knownText("output_path");
  return written === undefined ? undefined : resolve(reader.document.folder, written);
};

const archiveFiles = (reader: StackReader): Settings[] => [
  ...reader.data("archive_file"),
  ...reader.blocksOf("archive_file"),
];

/**
 * What Terraform would put into an archive that does not exist yet:
 * https://registry.terraform.io/providers/hashicorp/archive/latest/docs/data-sources/file
 */
function sourceOf(reader: StackReader, path: string): Archive {
  const file = archiveFiles(reader).find((one) => outputOf(reader, one) === path);
  if (!file) return { archive: path };
  const at = (name: string) => (isAbsolute(name) ? name : join(reader.document.folder, name));
  const contents: { name: string; text: string }[] = file.blocks("source").map((source) => ({
    name: source.required("filename"),
    text: source.text("content") ?? "",
  }));
  const content = file.text("source_content");
  if (content !== undefined) contents.push({ name: file.required("source_content_filename"), text: content });
  if (contents.length > 0) return { archive: path, contents };
  const source = file.text("source_dir") ?? file.text("source_file");
  const excludes = file.list("excludes").map(String);
  return { archive: source === undefined ? path : at(source), ...(excludes.length > 0 && { excludes }) };
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_event_source_mapping */
export function readMappings(
  reader: StackReader,
  streams: readonly KinesisStream[],
  functions: readonly LambdaFunction[],
): EventSourceMapping[] {
  return reader.each(reader.blocksOf("aws_lambda_event_source_mapping"), (mapping) => {
    // A consumer with enhanced fan-out reads the same records. Its ARN is <stream's ARN>/consumer/<name>:<time>.
    const sourceArn = mapping.text("event_source_arn") || undefined;
    const streamArn = sourceArn?.replace(/\/consumer\/.*$/, "");
    const fn = findFunction(functions, mapping.required("function_name"));
    if (streamArn === undefined) reader.skip(mapping.address, "it has no event source, so it is not run");
    else if (!streams.some(({ arn }) => arn === streamArn)) {
      reader.skip(
        mapping.address,
        `its source ${streamArn} is not a Kinesis stream of this stack, so it is not run`,
      );
    } else if (!fn) {
      reader.skip(
        mapping.address,
        `the function ${mapping.required("function_name")} is not run here, so neither is the mapping`,
      );
    } else {
      return {
        ...readMapping(mapping, streamArn, fn.arn),
        ...(sourceArn !== streamArn && { consumerArn: sourceArn }),
      };
    }
    return undefined;
  });
}

function readMapping(mapping: Settings, streamArn: string, functionArn: string): EventSourceMapping {
  const position = mapping.required("starting_position");
  if (position !== "TRIM_HORIZON" && position !== "LATEST" && position !== "AT_TIMESTAMP")
    throw mapping.error("starting_position", `must be TRIM_HORIZON, LATEST or AT_TIMESTAMP, not ${position}`);
  const timestamp = position === "AT_TIMESTAMP" ? readTimestamp(mapping) : undefined;
  return {
    address: mapping.address,
    streamArn,
    functionArn,
    enabled: mapping.flag("enabled", true),
    batchSize: mapping.integer("batch_size", mappingLimits.batchSize, 100),
    batchingWindowSeconds: mapping.integer(
      "maximum_batching_window_in_seconds",
      mappingLimits.batchingWindowSeconds,
      0,
    ),
    tumblingWindowSeconds: mapping.integer(
      "tumbling_window_in_seconds",
      mappingLimits.tumblingWindowSeconds,
      0,
    ),
    parallelizationFactor: mapping.integer("parallelization_factor", mappingLimits.parallelizationFactor, 1),
    startingPosition: position,
    ...(timestamp && { startingPositionTimestamp: timestamp }),
    bisectBatchOnFunctionError: mapping.flag("bisect_batch_on_function_error"),
    maximumRetryAttempts: mapping.integer("maximum_retry_attempts", mappingLimits.maximumRetryAttempts, -1),
    maximumRecordAgeSeconds: mapping.integer(
      "maximum_record_age_in_seconds",
      mappingLimits.maximumRecordAgeSeconds,
      -1,
    ),
    reportBatchItemFailures: mapping.list("function_response_types").includes("ReportBatchItemFailures"),
    filters: readFilters(mapping),
    onFailureArn: readOnFailure(mapping),
  };
}

function readTimestamp(mapping: Settings): Date {
  const text = mapping.required("starting_position_timestamp");
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw mapping.error(
      "starting_position_timestamp",
      `must be a time such as 2024-01-15T10:30:00Z, not ${text}`,
    );
  return time;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html */
function readFilters(mapping: Settings): string[] {
  const filters = mapping.blocks("filter_criteria").flatMap((criteria) => criteria.blocks("filter"));
  return filters.map((filter) => {
    const pattern = filter.required("pattern");
    const parsed = jsonValueOf(pattern);
    if (!isObject(parsed)) throw filter.error("pattern", `must be a JSON object, not ${pattern}`);
    const problem = patternProblem(parsed);
    if (problem !== undefined) throw filter.error("pattern", problem);
    return pattern;
  });
}

function readOnFailure(mapping: Settings): string | undefined {
  const destination = mapping.block("destination_config")?.block("on_failure");
  const arn = destination?.text("destination_arn");
  const bucket = bucketOf(arn);
  if (destination && bucket !== undefined)
    checkedName(destination, "destination_arn", existingBucketName, bucket);
  return arn;
}

/** Finds a function by its name, its ARN, its partial ARN, or an alias or version of it. */
export function findFunction(functions: readonly LambdaFunction[], name: string): LambdaFunction | undefined {
  const plain = /(?:^|:)function:([^:]+)/.exec(name)?.[1] ?? name.split(":")[0];
  return functions.find((fn) => fn.name === plain);
}

const isMissing = ({ archive, contents }: Archive): boolean => contents === undefined && !existsSync(archive);

/** @returns one sentence for each archive that does not exist. */
export function missingArchives(functions: readonly LambdaFunction[]): string[] {
  return functions.flatMap(({ address, archive, contents, layers }) =>
    [{ archive, contents }, ...layers]
      .filter(isMissing)
      .map((one) => `${address}: there is no archive at ${one.archive}`),
  );
}
