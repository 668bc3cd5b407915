import { useEffect, useRef, useState } from "preact/hooks";
import type { ShardLoad } from "../../api";
import { Icon, type IconName } from "../parts/icon";
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
  const shards = useResource<readonly ShardLoad[]>(`/streams/${encodeURIComponent(stream)}/shards`);
  // The controls for jumping to a time and for going back replace each other, so the focus moves to the new one.
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(from);
  useEffect(() => {
    if (before.current === from) return;
    before.current = from;
    place.current?.querySelector<HTMLElement>("[data-time]")?.focus();
  }, [from]);
  return (
    <div class="filters toolbar" ref={place}>
      <Typed
        icon="search"
        label={words.text}
        value={filter.text}
        settle={(value) => change({ ...filter, text: value })}
      />
      <Typed label={words.key} value={filter.key} settle={(value) => change({ ...filter, key: value })} />
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
        <button type="button" data-time onClick={() => jump(undefined)}>
          <Icon name="play" />
          {words.backToLive}
        </button>
      )}
    </div>
  );
}

/** A text field that applies its value once the user has stopped typing for a moment. */
function Typed({
  value = "",
  label,
  icon,
  settle,
}: {
  value?: string;
  label: string;
  icon?: IconName;
  settle: (value: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => settle(typed || undefined), 300);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label class={icon && "search"}>
      {icon && <Icon name={icon} />}
      <span class="hidden">{label}</span>
      <input
        type="search"
        placeholder={label}
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </label>
  );
}

function Jump({ jump }: { jump: (time: number) => void }) {
  const words = text().stream;
  const [time, setTime] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (time) jump(lastTime(time));
  };
  return (
    <form class="toolbar" onSubmit={submit}>
      <label>
        <span class="hidden">{words.from}</span>
        <input
          type="time"
          data-time
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

/** The most recent time at which the clock showed this time of day. A stream keeps records for a day. */
function lastTime(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
  const time = new Date();
  time.setHours(hours, minutes, seconds, 0);
  return time.getTime() > Date.now() ? time.getTime() - 86_400_000 : time.getTime();
}
