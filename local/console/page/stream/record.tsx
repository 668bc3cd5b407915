import type { RecordData, StreamRecord } from "../../api";
import { href } from "../app/router";
import { Facts } from "../parts/facts";
import { Icon } from "../parts/icon";
import { JsonView } from "../parts/json";
import { text } from "../text";
import { bytes, dateTime, number } from "../text/format";
import { printable } from "../text/printable";

/** Everything that is known about a record. */
export function RecordDetails({ record, link = true }: { record: StreamRecord; link?: boolean }) {
  const words = text().stream;
  const { aggregate = [] } = record;
  return (
    <div class="record">
      {link && (
        <p>
          <a class="button" href={href("journey", record.id)}>
            <Icon name="journey" />
            {words.follow}
          </a>
        </p>
      )}
      <Facts
        facts={[
          [words.time, dateTime(record.arrival)],
          [words.key, <code key="key">{printable(record.partitionKey)}</code>],
          [words.shard, <code key="shard">{record.shard}</code>],
          [words.sequence, <code key="sequence">{record.sequenceNumber}</code>],
          [words.size, bytes(record.bytes)],
        ]}
      />
      {aggregate.length === 0 ? (
        <Data data={record.data} />
      ) : (
        <section>
          <h3>
            {words.aggregated} ({number(aggregate.length)})
          </h3>
          <ol class="aggregate">
            {aggregate.map((part, index) => (
              <li key={index}>
                <code class="faint">{printable(part.partitionKey)}</code>
                <Data data={part.data} />
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

function Data({ data }: { data: RecordData }) {
  const words = text().stream;
  return (
    <>
      {data.base64 !== undefined && <p class="faint">{words.base64}</p>}
      <JsonView text={data.text ?? data.base64 ?? ""} label={words.body} />
      {data.cut && <p class="faint">{words.cut}</p>}
    </>
  );
}
