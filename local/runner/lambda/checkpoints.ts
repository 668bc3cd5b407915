import { fileName, inside } from "@streaming-data-lake/lake/paths";
import type { EventSourceMapping } from "@streaming-data-lake/terraform/types";
import { z } from "zod";
import { StateFile } from "../files/state-file";
import { retry } from "../lifecycle/retry";
import { shardStates } from "../stream/consumer";
import { isUpTo } from "../stream/sequence";
import type { KinesisRecord } from "../stream/stream-source";
import { laneOf } from "./lane";
import { openWindow } from "./tumbling-window";

const checkpoint = shardStates.valueType.extend({
  /** Sequence numbers up to which each lane's records are done. */
  lanes: z.array(z.string().regex(/^\d+$/).nullable()).optional(),
  /** The open tumbling window of each lane. */
  windows: z.array(openWindow.nullable()).optional(),
});

/** Up to where a shard's records are done. */
export type Checkpoint = z.infer<typeof checkpoint>;

const shape = z.object({
  /** When the mapping began to read. The starting position LATEST refers to this time. */
  since: z.number(),
  shards: z.record(z.string(), checkpoint),
});
type State = z.infer<typeof shape>;

export interface CheckpointOptions {
  readonly mapping: Pick<EventSourceMapping, "address" | "parallelizationFactor">;
  /** The runner's folder. The checkpoints are stored in it. */
  readonly dir: string;
  /** When a consumer began to read; see `RunnerFolder`. */
  readonly readingSince: (consumer: string, saved?: number) => number;
  /** Whether this run has created the stream, so that checkpoints of an earlier stream do not apply to it. */
  readonly streamIsNew: boolean;
  readonly abort: AbortSignal;
  readonly onTrouble: (message: string) => void;
}

/** The checkpoints of an event source mapping, one for each shard. They survive a kill at any moment. */
export class Checkpoints {
  private readonly file: StateFile<State>;
  /** Pending retries of a save that has failed. */
  private saving: Promise<void> | undefined;
  /** The save at the end of this turn of the event loop. */
  private soon: NodeJS.Immediate | undefined;

  constructor(private readonly options: CheckpointOptions) {
    const { dir, mapping, onTrouble, readingSince, streamIsNew } = options;
    const name = fileName(mapping.address);
    this.file = StateFile.open<State>({
      path: inside(dir, "checkpoints", `${name}.json`),
      shape,
      initial: () => ({ since: readingSince(name), shards: {} }),
      onTrouble,
    });
    const { value } = this.file;
    if (!this.file.isNew) value.since = readingSince(name, value.since);
    if (streamIsNew) Object.assign(value, { since: 0, shards: {} });
  }

  /** When the mapping began to read. */
  get since(): number {
    return this.file.value.since;
  }

  /** Shards whose tumbling windows were open when the last run ended. */
  get shardsWithWindows(): readonly string[] {
    return Object.entries(this.file.value.shards)
      .filter(([, { windows }]) => windows?.some((window) => window !== null))
      .map(([shardId]) => shardId);
  }

  get(shardId: string): Checkpoint | undefined {
    return this.file.value.shards[shardId];
  }

  /** Up to where each lane's records are done. Undefined when the number of lanes has changed since. */
  lanes(shardId: string): readonly (string | null)[] | undefined {
    const lanes = this.get(shardId)?.lanes;
    return lanes?.length === this.options.mapping.parallelizationFactor ? lanes : undefined;
  }

  /** Whether a record was filtered out, has succeeded, or was discarded. */
  isDone(shardId: string, { sequenceNumber, partitionKey }: KinesisRecord): boolean {
    const state = this.get(shardId);
    if (state?.finished) return true;
    const lanes = this.lanes(shardId);
    return isUpTo(lanes?.[laneOf(partitionKey, lanes.length)] ?? state?.after, sequenceNumber);
  }

  /**
   * Sets a shard's checkpoint. It is saved when this turn of the event loop ends: by then, the function has its next
   * batch and does not wait for the disk.
   */
  set(shardId: string, checkpoint: Checkpoint): void {
    this.file.value.shards[shardId] = checkpoint;
    this.soon ??= setImmediate(() => this.save());
  }

  /** Marks a shard that has ended and whose records are all done. */
  finish(shardId: string): void {
    this.file.value.shards[shardId] = { ...this.get(shardId), finished: true };
    this.save();
  }

  /**
   * Saves the checkpoints. A save that fails is repeated in the background; until it succeeds, a kill would make the
   * function process more records again.
   */
  save(): void {
    clearImmediate(this.soon);
    this.soon = undefined;
    if (this.saving) return;
    try {
      this.file.save();
    } catch {
      const { abort, mapping, onTrouble } = this.options;
      const what = `${mapping.address}: can't save its checkpoints`;
      this.saving = retry(() => this.file.save(), { abort, what, onTrouble })
        .catch(() => {})
        .finally(() => {
          this.saving = undefined;
        });
    }
  }

  /** Resolves when no failed save is being repeated. */
  async saved(): Promise<void> {
    await this.saving;
  }

  /** Saves what is not saved yet. Call it after the abort. */
  async close(): Promise<void> {
    await this.saving;
    if (this.soon) this.save();
    this.file.close();
  }
}
