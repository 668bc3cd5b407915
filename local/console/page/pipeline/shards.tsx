import type { ShardLoad } from "../../api";
import { Meter } from "../parts/meter";
import { Loaded, useResource } from "../parts/resource";
import { text } from "../text";
import { bytes, number, percent } from "../text/format";
import { printable } from "../text/printable";

const allHashKeys = 2n ** 128n;

/**
 * The shards of a stream: which range of hash keys each has, how much of its capacity is used, and by which partition
 * keys.
 */
export function Shards({ stream }: { stream: string }) {
  const shards = useResource<readonly ShardLoad[]>(`/streams/${encodeURIComponent(stream)}/shards`, 2_000);
  return (
    <Loaded resource={shards}>{(all) => all.map((shard) => <Shard key={shard.id} shard={shard} />)}</Loaded>
  );
}

function Shard({ shard }: { shard: ShardLoad }) {
  const words = text().pipeline;
  const start = shareOf(shard.startingHashKey);
  const share = shareOf(shard.endingHashKey) - start;
  const { recordRate, byteRate, limits, hotKeys } = shard;
  return (
    <article class="shard">
      <h4>
        {shard.id}
        {!shard.open && <span class="faint"> · {words.closedShard}</span>}
      </h4>
      <div class="hash-range" title={`${shard.startingHashKey} – ${shard.endingHashKey}`}>
        <div style={{ marginInlineStart: `${start * 100}%`, width: `${share * 100}%` }} />
      </div>
      <p class="faint">{words.hashShare(percent(share))}</p>
      <Meter
        label={`${shard.id}: ${words.shardLoad}`}
        share={recordRate / limits.records}
        value={`${words.perSecond(number(Math.round(recordRate)))} / ${number(limits.records)}`}
      />
      <Meter
        label={`${shard.id}: ${words.shardLoad}`}
        share={byteRate / limits.bytes}
        value={`${words.perSecond(bytes(byteRate))} / ${bytes(limits.bytes)}`}
      />
      {hotKeys.length === 0 ? (
        <p class="faint">{words.noKeys}</p>
      ) : (
        <ul class="hot-keys" aria-label={words.hotKeys}>
          {hotKeys.slice(0, 5).map(({ key, share: part }) => (
            <li key={key}>
              <code>{printable(key)}</code>
              <span class="hot-bar" aria-hidden="true">
                <span style={{ width: `${part * 100}%` }} />
              </span>
              <span>{percent(part)}</span>
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

/** Position of a hash key in the range of all hash keys, from 0 to 1. */
const shareOf = (hashKey: string): number => Number((BigInt(hashKey) * 10_000n) / allHashKeys) / 10_000;
