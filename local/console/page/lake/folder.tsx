import { useRef, useState } from "preact/hooks";
import type { BucketState, LiveState, ObjectPage } from "../../api";
import { get, post, queryString } from "../app/client";
import { go, href } from "../app/router";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icon";
import { Pane } from "../parts/pane";
import { Loaded, ResourceOutcome, useAction, useResource } from "../parts/resource";
import { text } from "../text";
import { bytes, clock, dateTime } from "../text/format";

/** The current place in the lake, with the folders and objects in it. */
export function Folder({
  buckets,
  bucket,
  prefix,
  chosen,
}: {
  buckets: readonly BucketState[];
  bucket: string;
  prefix: string;
  chosen: string;
}) {
  const words = text().lake;
  const base = `/buckets/${encodeURIComponent(bucket)}/objects`;
  const first = useResource<ObjectPage>(`${base}${queryString({ prefix })}`, 3_000);
  return (
    <Pane
      class="flush"
      title={<Path buckets={buckets} bucket={bucket} prefix={prefix} />}
      actions={<Flush reload={first.reload} />}
    >
      <Loaded resource={first}>
        {(page) => (
          <Pages
            key={`${bucket}/${prefix}`}
            base={base}
            first={page}
            bucket={bucket}
            prefix={prefix}
            chosen={chosen}
            empty={words.emptyTitle}
          />
        )}
      </Loaded>
    </Pane>
  );
}

function Flush({ reload }: { reload: () => void }) {
  const words = text().pipeline;
  const flush = useAction(async () => {
    await post<LiveState>("/flush");
    reload();
    return undefined;
  });
  return (
    <>
      <ResourceOutcome {...flush} />
      <button type="button" onClick={() => flush.run()} aria-disabled={flush.busy}>
        <Icon name="buffer" />
        {words.flush}
      </button>
    </>
  );
}

function Path({
  buckets,
  bucket,
  prefix,
}: {
  buckets: readonly BucketState[];
  bucket: string;
  prefix: string;
}) {
  const words = text().lake;
  const parts = prefix.split("/").filter(Boolean);
  return (
    <nav class="path" aria-label={words.path}>
      <ol>
        <li>
          {buckets.length > 1 && prefix === "" ? (
            <label>
              <span class="hidden">{words.buckets}</span>
              <select value={bucket} onChange={({ currentTarget }) => go("lake", currentTarget.value)}>
                {buckets.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          ) : (
            <a href={href("lake", bucket)} title={bucket}>
              {bucket}
            </a>
          )}
        </li>
        {parts.map((part, index) => {
          const here = `${parts.slice(0, index + 1).join("/")}/`;
          return (
            <li key={here}>
              <a href={href("lake", bucket, here)} aria-current={here === prefix ? "location" : undefined}>
                {part}
              </a>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function Pages({
  base,
  first,
  bucket,
  prefix,
  chosen,
  empty,
}: {
  base: string;
  first: ObjectPage;
  bucket: string;
  prefix: string;
  chosen: string;
  empty: string;
}) {
  const words = text().lake;
  const list = useRef<HTMLUListElement>(null);
  const [further, setFurther] = useState<readonly ObjectPage[]>([]);
  const next = (further.at(-1) ?? first).next;
  const more = useAction(async () => {
    const page = await get<ObjectPage>(`${base}${queryString({ prefix, after: next })}`);
    setFurther((before) => [...before, page]);
    // The button disappears with the last page, so the focus moves to the first of the new entries.
    const [key = ""] = [...page.objects.map((object) => object.key), ...page.folders];
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-key=${CSS.escape(key)}]`)?.focus(),
    );
    return undefined;
  });
  const pages = [first, ...further];
  const folders = pages.flatMap((page) => page.folders);
  const objects = pages.flatMap((page) => page.objects);
  if (folders.length + objects.length === 0)
    return (
      <Empty icon="folder" title={empty}>
        {words.empty}
      </Empty>
    );
  return (
    <>
      <ul class="objects" aria-label={words.folders} ref={list}>
        {folders.map((folder) => (
          <li key={folder}>
            <a href={href("lake", bucket, folder)} data-key={folder}>
              <Icon name="folder" />
              <span class="object-name">{folder.slice(prefix.length)}</span>
            </a>
          </li>
        ))}
        {objects.map(({ key, bytes: size, modified }) => (
          <li key={key}>
            <a
              href={href("lake", bucket, key)}
              data-key={key}
              aria-current={key === chosen ? "true" : undefined}
              title={key}
            >
              <Icon name="file" />
              <ObjectName name={key.slice(prefix.length)} />
              <span class="faint">{bytes(size)}</span>
              <time class="faint" title={dateTime(modified)}>
                {clock(modified)}
              </time>
            </a>
          </li>
        ))}
      </ul>
      {next !== undefined && (
        <p class="note">
          <button type="button" onClick={() => more.run()} aria-disabled={more.busy}>
            {words.page}
          </button>
          <ResourceOutcome {...more} />
        </p>
      )}
    </>
  );
}

/**
 * Names of objects of one delivery stream start alike and end differently, so a long name is shortened in the middle.
 */
const ObjectName = ({ name }: { name: string }) => (
  <span class="object-name">
    <span>{name.slice(0, -endLength)}</span>
    <span>{name.slice(-endLength)}</span>
  </span>
);

const endLength = 16;
