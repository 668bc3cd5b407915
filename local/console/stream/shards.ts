import type { World } from "@streaming-data-lake/aws";
import { shardLimits } from "@streaming-data-lake/rules/limits";
import type { ShardLoad } from "../api";
import { Rates } from "../pipeline/rates";
import type { StreamLog } from "./logs";

/** Number of a shard's most recent records whose partition keys are counted. */
const sampled = 1_000;
const mostKeys = 5;

/** How fast the shards of streams grow. */
export class ShardRates {
  private readonly rates = new Rates();

  constructor(private readonly world: World) {}

  look(): void {
    const { kinesis } = this.world.state;
    const counts = new Map<string, number>();
    for (const stream of kinesis?.streams ?? [])
      for (const { id, log } of stream.shards) counts.set(`${stream.name}/${id}`, log.next);
    this.rates.add(counts, performance.now());
  }

  /** The shards of a stream, with their loads, the limits of a shard on AWS, and the most frequent partition keys. */
  async statesOf(log: StreamLog): Promise<readonly ShardLoad[]> {
    const shards = log.shards;
    const ids = new Map(shards.map(({ id, state }) => [state.index, id]));
    return Promise.all(
      shards.map(async ({ id, state }) => {
        const recordRate = this.rates.rateOf(`${log.name}/${id}`);
        const { averageBytes, hotKeys } = await sample(log, id);
        return {
          id,
          open: state.closedAt === undefined,
          startingHashKey: state.from,
          endingHashKey: state.to,
          parents: [state.parent, state.adjacentParent].flatMap((index) => ids.get(index ?? -1) ?? []),
          recordRate,
          byteRate: recordRate * averageBytes,
          limits: { records: shardLimits.recordsIn, bytes: shardLimits.bytesIn },
          hotKeys,
        };
      }),
    );
  }
}

async function sample(
  log: StreamLog,
  shard: string,
): Promise<Pick<ShardLoad, "hotKeys"> & { readonly averageBytes: number }> {
  const counts = new Map<string, number>();
  let records = 0;
  let bytes = 0;
  for await (const some of log.backward(shard, sampled))
    for (const { partitionKey, data } of some.slice(0, sampled)) {
      counts.set(partitionKey, (counts.get(partitionKey) ?? 0) + 1);
      records++;
      bytes += data.length + Buffer.byteLength(partitionKey);
    }
  const hotKeys = [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, mostKeys)
    .map(([key, count]) => ({ key, share: count / records }));
  return { averageBytes: records === 0 ? 0 : bytes / records, hotKeys };
}
