import { useEffect, useState } from "preact/hooks";
import type { ShardState } from "../../api";
import { Icon } from "../parts/icon";
import { useResource } from "../parts/resource";
import { text } from "../text";
import type { Filter } from "./tail";

export function Filters({
  stream,
  filter,
  change,
  from,
  jump,
}: {
  stream: string;
  filter: Filter;
  change: (filter: Filter) => void;
  from: number | undefined;
  jump: (time: number | undefined) => void;
}) {
  const words = text().stream;
  const shards = useResource<readonly ShardState[]>(`/streams/${encodeURIComponent(stream)}/shards`);
  return (
    <div class="filters toolbar">
      <label class="search">
        <Icon name="search" />
        <span class="hidden">{words.text}</span>
        <Typed placeholder={words.text} value={filter.text} settle={(value) => change({ ...filter, text: value })} />
      </label>
      <label>
        <span class="hidden">{words.key}</span>
        <Typed placeholder={words.key} value={filter.key} settle={(value) => change({ ...filter, key: value })} />
      </label>
      <label>
        <span class="hidden">{words.shard}</span>
        <select
          value={filter.shard ?? ""}
          onChange={({ currentTarget: { value } }) => change({ ...filter, shard: value || undefined })}
        >
          <option value="">{words.allShards}</option>
          {shards.data?.map(({ id }) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
      </label>
      {from === undefined ? (
        <Jump jump={jump} />
      ) : (
        <button type="button" onClick={() => jump(undefined)}>
          <Icon name="play" />
          {words.backToLive}
        </button>
      )}
    </div>
  );
}

/** Filters when nothing was typed for a moment. */
function Typed({
  value = "",
  placeholder,
  settle,
}: {
  value?: string;
  placeholder: string;
  settle: (value: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed counts
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => settle(typed || undefined), 300);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <input
      type="search"
      placeholder={placeholder}
      value={typed}
      onInput={({ currentTarget }) => setTyped(currentTarget.value)}
    />
  );
}

function Jump({ jump }: { jump: (time: number) => void }) {
  const words = text().stream;
  const [time, setTime] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (time) jump(new Date(time).getTime());
  };
  return (
    <form class="toolbar" onSubmit={submit}>
      <label>
        <span class="hidden">{words.from}</span>
        <input
          type="datetime-local"
          step="1"
          title={words.from}
          value={time}
          onInput={({ currentTarget: { value } }) => setTime(value)}
        />
      </label>
      <button type="submit" disabled={time === ""}>
        {words.jump}
      </button>
    </form>
  );
}
