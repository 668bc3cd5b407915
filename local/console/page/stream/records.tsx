import { useState } from "preact/hooks";
import type { StreamRecord } from "../../api";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icon";
import { Loading } from "../parts/resource";
import { text } from "../text";
import { bytes, clockToMillisecond, number } from "../text/format";
import { printable } from "../text/printable";
import { oneLine } from "./data";
import { RecordDetails } from "./record";
import { shown, type Tail } from "./tail";

/** Records, latest first. One at a time can be expanded in place. */
export function Records({
  tail,
  filtered,
  hold,
}: {
  tail: Tail;
  filtered: boolean;
  /** Called when a record is expanded. New records must then not move it away. */
  hold: () => void;
}) {
  const words = text().stream;
  const [open, setOpen] = useState<string>();
  if (tail.error !== undefined) return <p class="problem">{tail.error}</p>;
  if (!tail.ready) return <Loading />;
  if (tail.records.length === 0)
    return filtered ? (
      <Empty icon="filter" title={words.nothing} />
    ) : (
      <Empty icon="stream" title={words.noneTitle} command="npx tsx producer --local --count 1000 --rate 50">
        {words.none}
      </Empty>
    );
  return (
    <>
      <ol class="records">
        {tail.records.map((record) => (
          <Row
            key={record.id}
            record={record}
            open={open === record.id}
            toggle={() => {
              setOpen(open === record.id ? undefined : record.id);
              if (open !== record.id) hold();
            }}
          />
        ))}
      </ol>
      {tail.records.length >= shown && <p class="faint note">{words.fewer(number(shown))}</p>}
    </>
  );
}

function Row({ record, open, toggle }: { record: StreamRecord; open: boolean; toggle: () => void }) {
  const words = text().stream;
  const { aggregate } = record;
  return (
    <li>
      <button type="button" class="record-row" aria-expanded={open} onClick={toggle}>
        <Icon name="chevron" class="twist" />
        <time class="mono">{clockToMillisecond(record.arrival)}</time>
        <span class="record-key">{printable(record.partitionKey)}</span>
        <span class="record-shard faint mono">{record.shard.replace(/^shardId-0*(?=\d)/, "#")}</span>
        <code class="record-line">
          {aggregate === undefined ? oneLine(record.data) : words.aggregate(number(aggregate.length))}
        </code>
        <span class="record-size faint">{bytes(record.bytes)}</span>
      </button>
      {open && <RecordDetails record={record} />}
    </li>
  );
}
