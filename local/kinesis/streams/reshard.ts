import { uniformStarts } from "./hash-key";
import { isOpen, type ShardState } from "./state";

/** The shards of a stream after a split. The second of the two new shards begins at the given hash key. */
export function splitInTwo(
  shards: readonly ShardState[],
  index: number,
  at: bigint,
  now: number,
): readonly ShardState[] {
  const resharding = new Resharding(shards, now);
  resharding.split(resharding.shard(index), at);
  return resharding.shards;
}

/** The shards of a stream after two adjacent shards have been merged into a new one. */
export function merge(
  shards: readonly ShardState[],
  index: number,
  adjacent: number,
  now: number,
): readonly ShardState[] {
  const resharding = new Resharding(shards, now);
  resharding.merge(resharding.shard(index), resharding.shard(adjacent));
  return resharding.shards;
}

/**
 * The shards of a stream after it has been scaled to a number of open shards with ranges of equal size. As with AWS,
 * this can create intermediate shards, which are closed immediately.
 *
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
 */
export function scale(shards: readonly ShardState[], target: number, now: number): readonly ShardState[] {
  const resharding = new Resharding(shards, now);
  const starts = uniformStarts(target);
  const pieces: ShardState[] = [];
  let cut = 0;
  for (const shard of openShards(shards)) {
    let rest = shard;
    for (; cut < starts.length; cut++) {
      const start = starts[cut] as bigint;
      // Every shard must have at least two hash keys, so a cut that would leave fewer is not made.
      if (start <= BigInt(rest.from) + 1n) continue;
      if (start >= BigInt(rest.to)) break;
      const [lower, upper] = resharding.split(rest, start);
      pieces.push(lower);
      rest = upper;
    }
    pieces.push(rest);
  }
  let at = 0;
  for (let i = 0; i < target; i++) {
    const end = starts[i + 1];
    let whole = pieces[at++] as ShardState;
    for (let piece = pieces[at]; piece && (end === undefined || middle(piece) < end); piece = pieces[at]) {
      whole = resharding.merge(whole, piece);
      at++;
    }
  }
  return resharding.shards;
}

const middle = ({ from, to }: ShardState): bigint => (BigInt(from) + BigInt(to)) / 2n;

/** The shards that accept records, sorted by their hash keys. */
export function openShards(shards: readonly ShardState[]): readonly ShardState[] {
  return shards
    .filter(isOpen)
    .map((shard) => ({ shard, from: BigInt(shard.from) }))
    .sort((a, b) => (a.from < b.from ? -1 : 1))
    .map(({ shard }) => shard);
}

/** A sequence of splits and merges of a stream's shards. */
class Resharding {
  private readonly byIndex: Map<number, ShardState>;
  private next: number;

  constructor(
    shards: readonly ShardState[],
    private readonly now: number,
  ) {
    this.byIndex = new Map(shards.map((shard) => [shard.index, shard]));
    this.next = (shards.at(-1)?.index ?? -1) + 1;
  }

  get shards(): readonly ShardState[] {
    return [...this.byIndex.values()];
  }

  shard(index: number): ShardState {
    const shard = this.byIndex.get(index);
    if (!shard) throw new Error(`there is no shard ${index}`);
    return shard;
  }

  split(parent: ShardState, at: bigint): readonly [ShardState, ShardState] {
    const created = this.close(parent);
    const { from, to, index } = parent;
    return [
      this.add({ index: this.next++, from, to: String(at - 1n), parent: index, created }),
      this.add({ index: this.next++, from: String(at), to, parent: index, created }),
    ];
  }

  merge(shard: ShardState, adjacent: ShardState): ShardState {
    const created = this.close(shard, adjacent);
    const [lower, upper] = BigInt(shard.from) < BigInt(adjacent.from) ? [shard, adjacent] : [adjacent, shard];
    return this.add({
      index: this.next++,
      from: lower.from,
      to: upper.to,
      parent: shard.index,
      adjacentParent: adjacent.index,
      created,
    });
  }

  /**
   * Closes shards that are split or merged.
   *
   * @returns the second in which their children are created. It is later than the parents' creation, so that the
   * children's sequence numbers are greater.
   */
  private close(...parents: readonly ShardState[]): number {
    for (const parent of parents) this.byIndex.set(parent.index, { ...parent, closedAt: this.now });
    return Math.max(Math.floor(this.now / 1000), ...parents.map(({ created }) => created + 1));
  }

  private add(shard: ShardState): ShardState {
    this.byIndex.set(shard.index, shard);
    return shard;
  }
}
