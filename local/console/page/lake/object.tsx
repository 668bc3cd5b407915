import type { ObjectDetail } from "../../api";
import { download, queryString } from "../app/client";
import { Facts } from "../parts/facts";
import { Icon } from "../parts/icon";
import { JsonView } from "../parts/json";
import { Pane } from "../parts/pane";
import { Loaded, ResourceOutcome, useAction, useResource } from "../parts/resource";
import { RowTable } from "../parts/row-table";
import { text } from "../text";
import { bytes, dateTime, number } from "../text/format";
import { Lifecycle } from "./lifecycle";

/** An object's properties, its contents, and what its lifecycle rules will do with it. */
export function ObjectView({ bucket, objectKey }: { bucket: string; objectKey: string }) {
  const words = text().lake;
  const base = `/buckets/${encodeURIComponent(bucket)}`;
  const name = objectKey.slice(objectKey.lastIndexOf("/") + 1);
  const detail = useResource<ObjectDetail>(`${base}/object${queryString({ key: objectKey })}`);
  const save = useAction(async () => {
    await download(`${base}/content${queryString({ key: objectKey })}`, name);
    return undefined;
  });
  return (
    <Pane
      title={name}
      actions={
        <>
          <ResourceOutcome {...save} />
          <button type="button" onClick={() => save.run()} aria-disabled={save.busy}>
            <Icon name="download" />
            {words.download}
          </button>
        </>
      }
    >
      <Loaded resource={detail}>{(known) => <Detail object={known} />}</Loaded>
    </Pane>
  );
}

function Detail({ object }: { object: ObjectDetail }) {
  const words = text().lake;
  const { preview, columns = [], rows, lifecycle } = object;
  return (
    <div class="object">
      <Facts
        facts={[
          [words.format, words.formats[object.format]],
          [words.size, bytes(object.bytes)],
          ...(rows === undefined ? [] : [[words.rows, number(rows)] as const]),
          [words.changed, dateTime(object.modified)],
        ]}
      />
      <section>
        <h3>{words.lifecycle}</h3>
        <Lifecycle steps={lifecycle} />
      </section>
      {columns.length > 0 && (
        <section>
          <h3>{words.schema}</h3>
          <ul class="schema">
            {columns.map(({ name, type }) => (
              <li key={name}>
                <code>{name}</code> <span class="faint">{type}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>{preview.rows ? words.firstRows(preview.rows.length) : words.preview}</h3>
        {preview.rows ? (
          <RowTable columns={columns} rows={preview.rows} label={words.preview} />
        ) : preview.text !== undefined ? (
          <JsonView text={preview.text} label={words.preview} />
        ) : (
          <p class="faint">{words.binary}</p>
        )}
      </section>
    </div>
  );
}
