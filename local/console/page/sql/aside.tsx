import { useState } from "preact/hooks";
import type { CatalogTree, QueryState, SavedQuery } from "../../api";
import { Icon } from "../parts/icon";
import { Loaded, type LoadedResource } from "../parts/resource";
import { Tabs } from "../parts/tabs";
import { text } from "../text";
import { clock, duration, number } from "../text/format";
import { firstRowsOf } from "./first-rows";

interface AsideProps {
  readonly saved: LoadedResource<readonly SavedQuery[]>;
  readonly catalog: LoadedResource<CatalogTree>;
  readonly history: LoadedResource<readonly QueryState[]>;
  readonly open: (sql: string) => void;
  readonly show: (past: QueryState) => void;
}

/** Saved queries, the catalog and the history, beside the editor. */
export function Aside({ saved, catalog, history, open, show }: AsideProps) {
  const words = text().sql;
  const [chosen, choose] = useState<"saved" | "catalog" | "history">("saved");
  return (
    <aside class="pane sql-aside" aria-label={words.saved}>
      <Tabs
        label={words.saved}
        tabs={[
          { id: "saved", label: words.savedShort },
          { id: "catalog", label: words.catalog },
          { id: "history", label: words.history },
        ]}
        chosen={chosen}
        choose={choose}
      >
        {chosen === "saved" && <Loaded resource={saved}>{(all) => <Saved all={all} open={open} />}</Loaded>}
        {chosen === "catalog" && (
          <Loaded resource={catalog}>{(tree) => <Tables tree={tree} open={open} />}</Loaded>
        )}
        {chosen === "history" && (
          <Loaded resource={history}>{(past) => <Past all={past} show={show} />}</Loaded>
        )}
      </Tabs>
    </aside>
  );
}

function Saved({ all, open }: { all: readonly SavedQuery[]; open: (sql: string) => void }) {
  const words = text().sql;
  if (all.length === 0) return <p class="faint note">{words.noneSaved}</p>;
  return (
    <>
      {(["named", "prepared"] as const).map((kind) => {
        const some = all.filter((each) => each.kind === kind);
        if (some.length === 0) return null;
        return (
          <section key={kind}>
            <h2>{words[kind]}</h2>
            <ul class="saved">
              {some.map(({ name, description, sql }) => (
                <li key={name}>
                  <button type="button" class="quiet" onClick={() => open(sql)} title={description}>
                    <span class="saved-name">{name}</span>
                    {description && <span class="faint saved-description">{description}</span>}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function Tables({ tree, open }: { tree: CatalogTree; open: (sql: string) => void }) {
  const words = text().sql;
  return (
    <>
      {tree.databases.map((database) => (
        <section key={database.name}>
          <h2>{database.name}</h2>
          {database.tables.map((table) => (
            <details key={table.name} class="catalog-table">
              <summary>
                <Icon name="chevron" class="twist" />
                <Icon name="table" />
                {table.name}
              </summary>
              <ul>
                {table.columns.map(({ name, type, partition, comment }) => (
                  <li key={name} title={comment}>
                    <code>{name}</code>
                    <span class="faint">
                      {type}
                      {partition && ` · ${words.partition}`}
                    </span>
                  </li>
                ))}
              </ul>
              <button
                type="button"
                class="quiet"
                onClick={() => open(firstRowsOf(database.name, table.name))}
              >
                SELECT *
              </button>
            </details>
          ))}
        </section>
      ))}
    </>
  );
}

function Past({ all, show }: { all: readonly QueryState[]; show: (past: QueryState) => void }) {
  const words = text().sql;
  if (all.length === 0) return <p class="faint note">{words.noHistory}</p>;
  return (
    <ul class="saved">
      {all.map((past) => (
        <li key={past.id}>
          <button type="button" class="quiet" onClick={() => show(past)} title={past.sql}>
            <code class="past-sql">{past.sql.replace(/\s+/g, " ")}</code>
            <span class="faint saved-description">
              {clock(past.submitted)} ·{" "}
              {past.state === "FAILED"
                ? words.failed
                : past.state === "CANCELLED"
                  ? words.stopped
                  : past.state === "RUNNING"
                    ? words.running
                    : `${words.rows(number(past.rowCount ?? 0), past.rowCount ?? 0)} · ${duration(past.duration)}`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
