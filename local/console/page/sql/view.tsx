import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CatalogTree, QueryState, SavedQuery } from "../../api";
import { go, route } from "../app/router";
import { Icon } from "../parts/icon";
import { useResource } from "../parts/resource";
import { text } from "../text";
import { Aside } from "./aside";
import type { Editor } from "./editor";
import { EditorBox } from "./editor-box";
import { firstRowsOf } from "./first-rows";
import { parametersOf } from "./parameters";
import { Results } from "./results";
import { useQuery } from "./run";

/** Key under which the draft is kept in the tab's session storage. */
const draftKey = "console-sql";

export function SqlView() {
  const words = text().sql;
  const saved = useResource<readonly SavedQuery[]>("/saved-queries");
  const catalog = useResource<CatalogTree>("/catalog");
  const history = useResource<readonly QueryState[]>("/queries");
  const editor = useRef<Editor | undefined>(undefined);
  const [sql, setSql] = useState(() => sessionStorage.getItem(draftKey) ?? "");
  const [values, setValues] = useState<readonly string[]>([]);
  const query = useQuery();
  const parameters = parametersOf(sql);

  const change = (next: string) => {
    setSql(next);
    sessionStorage.setItem(draftKey, next);
  };
  const run = async (text = editor.current?.text() ?? "") => {
    const count = parametersOf(text);
    if (text.trim() === "") return;
    await query.run({
      sql: text,
      ...(count > 0 ? { parameters: Array.from({ length: count }, (_, index) => values[index] ?? "") } : {}),
    });
    history.reload();
  };
  const open = (next: string) => {
    editor.current?.write(next);
    editor.current?.focus();
    if (parametersOf(next) === 0) run(next);
  };
  const show = (past: QueryState) => {
    editor.current?.write(past.sql);
    query.show(past);
  };

  // The stop button disappears when the query ends. If it had the focus, the focus moves to the run button.
  const runButton = useRef<HTMLButtonElement>(null);
  const stopButton = useRef<HTMLButtonElement>(null);
  const stopHadFocus = stopButton.current !== null && document.activeElement === stopButton.current;
  useLayoutEffect(() => {
    if (!query.running && stopHadFocus) runButton.current?.focus();
  }, [query.running]);

  // Another view has linked here to show a table.
  const [what, database, table] = route.value.rest;
  useEffect(() => {
    if (what !== "table" || database === undefined || table === undefined) return;
    open(firstRowsOf(database, table));
    go("sql");
  }, [what, database, table]);

  return (
    <div class="sql">
      <Aside saved={saved} catalog={catalog} history={history} open={open} show={show} />
      <div class="sql-main">
        <div class="pane sql-editor">
          <EditorBox
            editor={editor}
            initial={sql}
            changed={change}
            run={run}
            catalog={catalog.data}
            problem={query.problem}
          />
          <div class="toolbar sql-run">
            {Array.from({ length: parameters }, (_, index) => (
              <label key={index}>
                <span class="hidden">{words.parameter(index + 1)}</span>
                <input
                  type="text"
                  placeholder={words.parameter(index + 1)}
                  value={values[index] ?? ""}
                  onInput={({ currentTarget: { value } }) =>
                    setValues((before) => Object.assign([...before], { [index]: value }))
                  }
                />
              </label>
            ))}
            {query.running && (
              <button type="button" onClick={query.stop} ref={stopButton}>
                <Icon name="stop" />
                {words.stop}
              </button>
            )}
            <button
              type="button"
              class="primary"
              ref={runButton}
              onClick={() => query.running || run()}
              aria-disabled={query.running}
            >
              <Icon name={query.running ? "loading" : "play"} class={query.running ? "turning" : ""} />
              {query.running ? words.running : words.run}
              <kbd>{words.shortcut}</kbd>
            </button>
          </div>
        </div>
        <div class="pane sql-results">
          <Results state={query.state} problem={query.problem} />
        </div>
      </div>
    </div>
  );
}
