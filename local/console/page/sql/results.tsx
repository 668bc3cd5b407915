import { useState } from "preact/hooks";
import type { ApiError, QueryState } from "../../api";
import { download } from "../app/client";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icon";
import { Loading, ResourceOutcome, useAction } from "../parts/resource";
import { text } from "../text";
import { bytes, dollarText, duration, number } from "../text/format";
import { ResultChart } from "./chart";
import { Grid } from "./grid";

/** A query's result as a table or a chart, or its error. */
export function Results({
  state,
  problem,
}: {
  state: QueryState | undefined;
  problem: ApiError | undefined;
}) {
  const words = text().sql;
  if (problem) return <Problem problem={problem} />;
  if (state === undefined)
    return (
      <Empty icon="sql" title={words.emptyTitle}>
        {words.empty}
      </Empty>
    );
  if (state.state === "RUNNING") return <Loading />;
  if (state.state === "CANCELLED") return <Empty icon="stop" title={words.stopped} />;
  return <Answer key={state.id} state={state} />;
}

function Problem({ problem: { message, line, column } }: { problem: ApiError }) {
  const words = text().sql;
  return (
    <div class="sql-problem" role="alert">
      <Icon name="no" class="bad" />
      <div>
        {line !== undefined && column !== undefined && <strong>{words.at(line, column)}</strong>}
        <p>{message}</p>
      </div>
    </div>
  );
}

function Answer({ state }: { state: QueryState }) {
  const words = text().sql;
  const [shown, show] = useState<"table" | "chart">("table");
  const { id, rowCount = 0, scannedBytes, cost, notes = [], columns = [] } = state;
  const save = useAction(async () => {
    await download(`/queries/${encodeURIComponent(id)}/csv`, `${id}.csv`);
    return undefined;
  });
  return (
    <div class="answer">
      <div class="toolbar answer-head">
        <p role="status">
          <strong>{words.rows(number(rowCount), rowCount)}</strong>
          <span class="faint">
            {" "}
            · {duration(state.duration)}
            {scannedBytes !== undefined && ` · ${words.scanned(bytes(scannedBytes))}`}
            {cost !== undefined && ` · ${words.cost(dollarText(cost))}`}
          </span>
        </p>
        <fieldset class="segments">
          <legend class="hidden">{words.results}</legend>
          {(["table", "chart"] as const).map((each) => (
            <button key={each} type="button" aria-pressed={shown === each} onClick={() => show(each)}>
              <Icon name={each} />
              {words[each]}
            </button>
          ))}
        </fieldset>
        <button type="button" onClick={() => save.run()} aria-disabled={save.busy}>
          <Icon name="download" />
          {words.csv}
        </button>
        <ResourceOutcome {...save} />
      </div>
      {notes.map((note) => (
        <p key={note} class="faint note">
          {note}
        </p>
      ))}
      {columns.length === 0 || rowCount === 0 ? (
        <Empty icon="table" title={words.noRows} />
      ) : shown === "table" ? (
        <Grid state={state} />
      ) : (
        <ResultChart state={state} />
      )}
    </div>
  );
}
