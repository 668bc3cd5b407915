import { rm } from "node:fs/promises";
import { GrowingFile } from "../files/write";
import type { FinishedObject, ObjectBuffer, Persist } from "./buffer";
import { FailedRecords } from "./error-log";
import { partitioningFailure } from "./processing/metadata";
import { describeRecordFailure, type ProcessedRecord, type RecordFailure } from "./processing/record";
import { Contents, type Delivered } from "./spool";

/** Largest number of active partitions: https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const activePartitions = 500;

export interface RoutedBufferOptions {
  /** Path of the buffer's files, without extension. */
  readonly path: string;
  readonly persist: Persist;
  /** Creates the buffer for one partition, or for all records when there is no partitioning. */
  readonly newBuffer: (path: string, persist: Persist) => ObjectBuffer;
  /** The reason why no object can be written for a partition, as a sentence; undefined when one can. */
  readonly problemOf: (keys: ReadonlyMap<string, string>) => string | undefined;
  /** Called for each record that exceeds the limit of active partitions. */
  readonly onExceeded: () => void;
}

interface Partition {
  readonly buffer: ObjectBuffer;
  readonly keys: ReadonlyMap<string, string> | undefined;
}

type FailedRecord = ProcessedRecord & { readonly failure: RecordFailure };

interface FailureFile {
  readonly file: GrowingFile;
  readonly failures: FailedRecords;
  records: number;
}

/** Distributes records to buffers: one for each partition, and one for each kind of failure. */
export class RoutedBuffer implements ObjectBuffer {
  readonly contents = new Contents();
  private readonly partitions = new Map<string, Partition>();
  private readonly failures = new Map<RecordFailure["type"], FailureFile>();

  constructor(private readonly options: RoutedBufferOptions) {}

  async add(shardId: string, records: readonly Delivered[]): Promise<void> {
    const routes = new Map<Partition, Delivered[]>();
    const failed = new Map<RecordFailure["type"], FailedRecord[]>();
    for (const { record, userRecords } of records) {
      const groups = new Map<Partition, ProcessedRecord[]>();
      for (const userRecord of userRecords as readonly ProcessedRecord[]) {
        const place = userRecord.failure ?? this.placeOf(userRecord);
        if ("buffer" in place) listIn(groups, place).push(userRecord);
        else listIn(failed, place.type).push({ ...userRecord, failure: place });
      }
      for (const [partition, group] of groups) listIn(routes, partition).push({ record, userRecords: group });
    }
    for (const [{ buffer }, delivered] of routes) await buffer.add(shardId, delivered);
    for (const [type, some] of failed) await this.addFailures(type, some);
    for (const delivered of records) this.contents.add(shardId, delivered);
  }

  async finish(): Promise<readonly FinishedObject[]> {
    const objects: FinishedObject[] = [];
    for (const { buffer, keys } of this.partitions.values())
      for (const object of await buffer.finish())
        objects.push({ ...object, ...(keys && { partitionKeys: keys }) });
    for (const [errorOutputType, { file, records, failures }] of this.failures) {
      await file.finish();
      objects.push({ file: file.path, kind: "error", records, errorOutputType, failures });
    }
    return objects;
  }

  async close(): Promise<void> {
    for (const { buffer } of this.partitions.values()) await buffer.close();
    for (const { file } of this.failures.values()) await file.close();
  }

  async discard(): Promise<void> {
    for (const { buffer } of this.partitions.values()) await buffer.discard();
    for (const { file } of this.failures.values()) {
      await file.close();
      await rm(file.path, { force: true });
    }
  }

  /** The record's partition, or why it has none. */
  private placeOf({ partitionKeys: keys }: ProcessedRecord): Partition | RecordFailure {
    const name = JSON.stringify([...(keys ?? [])].sort());
    const known = this.partitions.get(name);
    if (known) return known;
    const problem = this.options.problemOf(keys ?? new Map());
    if (problem !== undefined) return partitioningFailure(problem);
    if (this.partitions.size === activePartitions) {
      this.options.onExceeded();
      return tooMany;
    }
    const { path, persist, newBuffer } = this.options;
    const partition = { buffer: newBuffer(`${path}.${this.partitions.size}`, persist), keys };
    this.partitions.set(name, partition);
    return partition;
  }

  private async addFailures(type: RecordFailure["type"], records: readonly FailedRecord[]): Promise<void> {
    const known = this.failures.get(type) ?? {
      file: new GrowingFile(`${this.options.path}.${type}`),
      failures: new FailedRecords(),
      records: 0,
    };
    this.failures.set(type, known);
    const lines = records.map((record) => `${describeRecordFailure(record)}\n`);
    await this.options.persist(() => known.file.append(lines.join("")));
    known.records += records.length;
    for (const { failure } of records) known.failures.add(failure.errorCode, failure.errorMessage);
  }
}

const tooMany = {
  ...partitioningFailure(`There are ${activePartitions} active partitions already`),
  errorCode: "DynamicPartitioning.ActivePartitionLimitExceeded",
};

/** The list for a key. It is created when there is none. */
function listIn<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const known = lists.get(key);
  if (known) return known;
  const made: V[] = [];
  lists.set(key, made);
  return made;
}
