import { isWithin, type Limit, rangeOf, transformLimits } from "@streaming-data-lake/rules/limits";
import type { StackReader } from "../reader";
import type { Settings } from "../settings";
import type { LambdaFunction, Processing, TransformFunction } from "../types";
import { findFunction } from "./lambda";

/** How records are processed, and whether a newline is added to each of them. */
type Read = Processing & { readonly appendDelimiter: boolean };

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html */
export function readProcessing(
  reader: StackReader,
  stream: Settings,
  destination: Settings,
  functions: readonly LambdaFunction[],
): Read | undefined {
  const none: Read = { decompress: false, extractMessages: false, appendDelimiter: false };
  const configuration = destination.block("processing_configuration");
  if (!configuration?.flag("enabled")) return none;
  let found: Read | undefined = none;
  for (const processor of configuration.blocks("processors")) {
    const type = processor.required("type");
    const parameter = (name: string) => parameterOf(processor, name);
    if (type === "AppendDelimiterToRecord") found = { ...found, appendDelimiter: true };
    else if (type === "Decompression") found = { ...found, decompress: true };
    else if (type === "CloudWatchLogProcessing")
      found = { ...found, extractMessages: parameter("DataMessageExtraction") === "true" };
    else if (type === "RecordDeAggregation") found = { ...found, ...readDeaggregation(processor) };
    else if (type === "MetadataExtraction") found = { ...found, metadataQuery: readQuery(processor) };
    else if (type === "Lambda") {
      const transform = readTransform(processor, functions);
      if (typeof transform === "string") {
        reader.skip(stream.address, transform);
        return undefined;
      }
      found = { ...found, transform };
    } else throw processor.error("type", `must be a processor of Firehose, not ${type}`);
  }
  return found;
}

function parameterOf(processor: Settings, name: string): string | undefined {
  return processor
    .blocks("parameters")
    .find((parameter) => parameter.text("parameter_name") === name)
    ?.text("parameter_value");
}

function readDeaggregation(processor: Settings): Pick<Processing, "deaggregate"> {
  const type = parameterOf(processor, "SubRecordType");
  if (type === "JSON") return { deaggregate: {} };
  if (type !== "DELIMITED")
    throw processor.error("SubRecordType", `must be JSON or DELIMITED, not ${type ?? "absent"}`);
  const delimiter = Buffer.from(parameterOf(processor, "Delimiter") ?? "", "base64").toString("latin1");
  if (delimiter === "") throw processor.error("Delimiter", "must be text in base64");
  return { deaggregate: { delimiter } };
}

function readQuery(processor: Settings): string {
  const engine = parameterOf(processor, "JsonParsingEngine");
  if (engine !== "JQ-1.6")
    throw processor.error("JsonParsingEngine", `must be JQ-1.6, not ${engine ?? "absent"}`);
  const query = parameterOf(processor, "MetadataExtractionQuery");
  if (!query) throw processor.error("MetadataExtractionQuery", "is required");
  return query;
}

/** @returns a sentence when the function can't be run here. */
function readTransform(
  processor: Settings,
  functions: readonly LambdaFunction[],
): TransformFunction | string {
  const name = parameterOf(processor, "LambdaArn");
  if (name === undefined) throw processor.error("LambdaArn", "is required");
  const fn = findFunction(functions, name);
  if (!fn) return `its transform function ${name} is not run here, so neither is it`;
  const given = (
    parameter: string,
    fallback: number,
    isAllowed: (value: number) => boolean,
    range: string,
  ) => {
    const text = parameterOf(processor, parameter) ?? String(fallback);
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!isAllowed(value)) throw processor.error(parameter, `must be ${range}, not ${JSON.stringify(text)}`);
    return value;
  };
  const integer = (parameter: string, limit: Limit, fallback: number) =>
    given(parameter, fallback, (value) => isWithin(limit, value), rangeOf(limit));
  const { minimum, maximum } = transformLimits.bufferMebibytes;
  const roleArn = parameterOf(processor, "RoleArn");
  return {
    functionArn: fn.arn,
    invokedArn: name.startsWith("arn:") ? name : fn.arn,
    ...(roleArn !== undefined && { roleArn }),
    bufferSeconds: integer("BufferIntervalInSeconds", transformLimits.bufferSeconds, 60),
    bufferMebibytes: given(
      "BufferSizeInMBs",
      1,
      (value) => value >= minimum && value <= maximum,
      `a number of MiB from ${minimum} to ${maximum}`,
    ),
    retries: integer("NumberOfRetries", transformLimits.retries, 3),
  };
}
