import { fileName, inside, keyProblem } from "@streaming-data-lake/lake/paths";
import { StackError } from "@streaming-data-lake/terraform/errors";
import type {
  DeliveryStream,
  GlueTable,
  RecordConversion,
  S3Destination,
  Stack,
} from "@streaming-data-lake/terraform/types";
import { makeFolder } from "../files/folders";
import type { ConversionDatabase } from "./database";
import { type KeyParts, objectKey } from "./object-key";
import { checkConversion } from "./parquet-buffer";
import { partitionKeysIn, prefixProblem } from "./prefix";
import { Contents } from "./spool";

interface TableOptions {
  readonly delivery: DeliveryStream;
  readonly stack: Pick<Stack, "tables">;
  readonly database: Pick<ConversionDatabase, "run">;
  /** The runner's folder. */
  readonly dir: string;
  readonly abort: AbortSignal;
}

/**
 * Refuses a table that DuckDB can't write, because every write would fail.
 *
 * @throws StackError with a one-line message.
 */
export async function checkConversionTable({
  abort,
  database,
  delivery,
  dir,
  stack,
}: TableOptions): Promise<void> {
  const { conversion } = delivery;
  if (!conversion) return;
  const table = conversionTableOf(delivery, stack, conversion);
  const folder = inside(dir, "spool", fileName(delivery.address));
  makeFolder(folder);
  try {
    await checkConversion({ path: inside(folder, "table"), table, conversion, database });
  } catch (error) {
    abort.throwIfAborted();
    const [reason = ""] = (error as Error).message.split("\n");
    if (/ENOSPC|No space left/.test(reason)) throw new StackError(`${dir} can't be used: ${reason}`);
    throw new StackError(
      `${delivery.address}: the table ${table.address} can't be written as Parquet: ${reason}`,
    );
  }
}

/**
 * Refuses prefixes that would produce invalid object keys.
 *
 * @throws StackError with a one-line message.
 */
export function checkObjectKeys(delivery: DeliveryStream, destination: S3Destination): void {
  checkPrefixes(delivery, destination);
  for (const kind of ["raw", "error"] as const) {
    const key = exampleKey(delivery, destination, { kind });
    const problem = keyProblem(key);
    if (problem)
      throw new StackError(`${delivery.address}: prefix or error_output_prefix: the key "${key}" ${problem}`);
  }
}

/**
 * The reason why no object can be written for a partition, as a sentence; undefined when one can.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-error-handling.html
 *
 * @param partitionKeys The partition's keys, such as `partitionKeyFromQuery:customer`.
 */
export function partitionProblem(
  delivery: DeliveryStream,
  destination: S3Destination,
  partitionKeys: ReadonlyMap<string, string>,
): string | undefined {
  const missing = partitionKeysIn(destination.prefix).find((key) => !partitionKeys.has(key));
  if (missing !== undefined) return `The record has no ${missing}, which the prefix names`;
  const problem = keyProblem(exampleKey(delivery, destination, { kind: "raw", partitionKeys }));
  return problem && `The key of the object ${problem}`;
}

/** The key that an object would have if it were written now. */
function exampleKey(
  { name: deliveryStream }: DeliveryStream,
  destination: S3Destination,
  object: KeyParts["object"],
): string {
  const contents = new Contents();
  contents.oldest = Date.now();
  return objectKey({ contents, deliveryStream, destination, object, version: 1 });
}

/**
 * Refuses dynamic partitioning without the settings that AWS requires for it.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-error-handling.html
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-s3bucketprefix.html
 *
 * @throws StackError with a one-line message.
 */
function checkPartitioning({ address, destination, processing }: DeliveryStream): void {
  // https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
  if (processing.metadataQuery === undefined && !processing.transform)
    throw new StackError(
      `${address}: dynamic_partitioning_configuration: partition keys need a processor of type MetadataExtraction or Lambda`,
    );
  const { errorOutputPrefix, prefix } = destination;
  if (partitionKeysIn(prefix).length === 0)
    throw new StackError(
      `${address}: prefix: must name a partition key, such as !{partitionKeyFromQuery:customer}, with dynamic partitioning, not ${JSON.stringify(prefix)}`,
    );
  if (errorOutputPrefix === "")
    throw new StackError(`${address}: error_output_prefix: is required with dynamic partitioning`);
}

/** @throws StackError with a one-line message. */
function checkPrefixes(delivery: DeliveryStream, destination: S3Destination): void {
  const { address, processing, dynamicPartitioning } = delivery;
  const isPartitioned = dynamicPartitioning && destination === delivery.destination;
  if (isPartitioned) checkPartitioning(delivery);
  const partitionKeys = [
    ...(isPartitioned && processing.metadataQuery !== undefined ? (["partitionKeyFromQuery"] as const) : []),
    ...(isPartitioned && processing.transform ? (["partitionKeyFromLambda"] as const) : []),
  ];
  for (const [name, prefix, isError] of [
    ["prefix", destination.prefix, false],
    ["error_output_prefix", destination.errorOutputPrefix, true],
  ] as const) {
    const problem = prefixProblem(prefix, { isError, partitionKeys: isError ? [] : partitionKeys });
    if (problem) throw new StackError(`${address}: ${name}: "${prefix}" ${problem}`);
  }
}

/** @throws StackError when the stack has no such table. */
export function conversionTableOf(
  { address }: DeliveryStream,
  { tables }: Pick<Stack, "tables">,
  conversion: RecordConversion,
): GlueTable {
  const table = tables.find(
    ({ database, name }) => database === conversion.database && name === conversion.table,
  );
  if (!table) throw new StackError(`${address}: there is no table ${conversion.table}`);
  return table;
}
