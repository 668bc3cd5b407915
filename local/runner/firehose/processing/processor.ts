import type { DeliveryStream } from "@streaming-data-lake/terraform/types";
import type { InvocationOutcome } from "../../lambda/process/worker";
import type { Delivered } from "../spool";
import { decompress, extractMessages } from "./cloudwatch-logs";
import { type MetadataExtraction, metadataExtraction } from "./metadata";
import type { ProcessedRecord } from "./record";
import { splitRecord } from "./split";
import { transformRecords } from "./transform";

export interface ProcessorOptions {
  readonly delivery: DeliveryStream;
  readonly region: string;
  /** Invokes the transform function. */
  readonly invoke: ((payload: string) => Promise<InvocationOutcome>) | undefined;
  /** Called before each invocation to check that it is allowed. */
  readonly authorize: () => void;
  readonly abort: AbortSignal;
}

/** Whether processors change records before they reach the destination. */
export function isProcessed({ processing, dynamicPartitioning }: DeliveryStream): boolean {
  const {
    decompress: unpacks,
    extractMessages: extracts,
    deaggregate,
    metadataQuery,
    transform,
  } = processing;
  return (
    dynamicPartitioning ||
    unpacks ||
    extracts ||
    deaggregate !== undefined ||
    metadataQuery !== undefined ||
    transform !== undefined
  );
}

/**
 * Applies the processors of a delivery stream in the order in which Firehose does: decompression, extraction of
 * CloudWatch Logs messages, de-aggregation, the transform function, and the extraction of partition keys.
 *
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_Processor.html
 */
export class Processor {
  private constructor(
    private readonly options: ProcessorOptions,
    private readonly extraction: MetadataExtraction | undefined,
  ) {}

  /** @throws StackError when its jq program can't be compiled. */
  static async open(options: ProcessorOptions): Promise<Processor> {
    const { address, processing } = options.delivery;
    const query = processing.metadataQuery;
    return new Processor(options, query === undefined ? undefined : await metadataExtraction(address, query));
  }

  /** Replaces the user records by what the processors have made of them. */
  async process(delivered: readonly Delivered[]): Promise<Delivered[]> {
    const owners = delivered.flatMap((one) => one.userRecords.map(() => one));
    const all = delivered.flatMap(({ userRecords }) => userRecords);
    const tagged = await this.steps(all.map((record, at) => ({ ...record, origin: at })));
    const results = new Map<Delivered, ProcessedRecord[]>(delivered.map((one) => [one, []]));
    for (const { origin, ...record } of tagged) {
      const owner = owners[origin];
      if (owner) results.get(owner)?.push(record);
    }
    return delivered.map((one) => ({ record: one.record, userRecords: results.get(one) ?? [] }));
  }

  private async steps(records: readonly Tagged[]): Promise<Tagged[]> {
    const { delivery, region, invoke, authorize, abort } = this.options;
    const { processing } = delivery;
    const { deaggregate } = processing;
    let current: readonly Tagged[] = records;
    if (processing.decompress) current = current.map(decompress) as Tagged[];
    if (processing.extractMessages) current = alive(current, extractMessages);
    if (deaggregate) current = alive(current, (record) => splitRecord(record, deaggregate.delimiter));
    if (processing.transform && invoke) {
      const { transform } = processing;
      const failed = current.filter(({ failure }) => failure);
      const whole = current.filter(({ failure }) => !failure);
      const transformed = await transformRecords(whole, {
        transform,
        invoke,
        authorize,
        region,
        deliveryStreamArn: delivery.arn,
        sourceStreamArn: delivery.sourceStreamArn,
        isPartitioned: delivery.dynamicPartitioning,
        stopped: () => abort.aborted,
      });
      abort.throwIfAborted();
      current = [...failed, ...(transformed as Tagged[])];
    }
    if (!this.extraction) return [...current];
    const failed = current.filter(({ failure }) => failure);
    const found = await this.extraction(current.filter(({ failure }) => !failure));
    return [...failed, ...(found as Tagged[])];
  }
}

/** A record with the index of the source's user record that it comes from. */
interface Tagged extends ProcessedRecord {
  readonly origin: number;
}

/** Applies a step that may split a record into several. Records that have failed are left as they are. */
function alive(
  records: readonly Tagged[],
  step: (record: ProcessedRecord) => readonly ProcessedRecord[],
): Tagged[] {
  return records.flatMap((record) => (record.failure ? [record] : (step(record) as Tagged[])));
}
