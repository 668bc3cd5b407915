import type { ProducerRecord } from "../core/record";
import type { ShardMap } from "../core/shards/shard-map";
import { formatCount } from "./progress";

interface Share {
  records: number;
  readonly keys: Map<string, number>;
}

/** Most partition keys that are named for each shard. Others are only counted. */
const namedKeys = 8;

/** Explains which partition keys go to which shard, and how evenly the records spread. */
export class Explanation {
  readonly #shares: Map<string, Share>;
  #records = 0;

  constructor(
    private readonly stream: string,
    private readonly map: ShardMap,
  ) {
    this.#shares = new Map(map.shards.map(({ shardId }) => [shardId, { records: 0, keys: new Map() }]));
  }

  add({ partitionKey, explicitHashKey }: ProducerRecord): void {
    const share = this.#shares.get(this.map.shardOf(partitionKey, explicitHashKey).shardId);
    if (share === undefined) return;
    share.records++;
    share.keys.set(partitionKey, (share.keys.get(partitionKey) ?? 0) + 1);
    this.#records++;
  }

  /**
   * The records of the fullest shard, relative to an even share: 1 when all shards have the same number, and the number
   * of shards when one has all records.
   */
  get imbalance(): number {
    const most = Math.max(...[...this.#shares.values()].map(({ records }) => records));
    return this.#records === 0 ? 1 : (most * this.#shares.size) / this.#records;
  }

  text(): string {
    const lines = [...this.#shares].map(([shardId, { records, keys }]) => {
      const names = [...keys].sort((a, b) => b[1] - a[1]).map(([key]) => key);
      const named = names.slice(0, namedKeys).join(", ");
      const more = names.length > namedKeys ? `, and ${formatCount(names.length - namedKeys)} more` : "";
      const share = this.#records === 0 ? 0 : (100 * records) / this.#records;
      return `  ${shardId}  ${share.toFixed(1).padStart(5)} %  ${formatCount(records).padStart(9)} records  ${named}${more}`;
    });
    const imbalance = this.imbalance;
    return [
      `${this.stream}: ${formatCount(this.#records)} records over ${this.#shares.size} shards`,
      ...lines,
      `The fullest shard takes ${imbalance.toFixed(2)} times an even share.`,
    ].join("\n");
  }

  json(): string {
    return JSON.stringify({
      stream: this.stream,
      records: this.#records,
      imbalance: Number(this.imbalance.toFixed(3)),
      shards: [...this.#shares].map(([shardId, { records, keys }]) => ({
        shardId,
        records,
        keys: Object.fromEntries(keys),
      })),
    });
  }
}
