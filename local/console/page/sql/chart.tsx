import { useEffect, useState } from "preact/hooks";
import type { NamedColumn, QueryRows, QueryState } from "../../api";
import { get, queryString } from "../app/client";
import { Empty } from "../parts/empty";
import { Plot, type PlotProps } from "../parts/plot";
import { Loading } from "../parts/resource";
import { isNumericName, isTimeName } from "../parts/types";
import { text } from "../text";
import { number } from "../text/format";
import { type ChartChoice, guess } from "./guess";

/** Largest number of points that are drawn. More could not be told apart. */
const most = 1_000;

/** A query's result as a chart. The kind of chart and its columns are guessed at first. */
export function ResultChart({ state }: { state: QueryState }) {
  const words = text().sql;
  const { id, columns = [], rowCount = 0 } = state;
  const [choice, setChoice] = useState(() => guess(columns));
  const [rows, setRows] = useState<QueryRows["rows"]>();
  useEffect(() => {
    get<QueryRows>(`/queries/${encodeURIComponent(id)}/rows${queryString({ from: 0, count: most })}`).then(
      (page) => setRows(page.rows),
      () => setRows([]),
    );
  }, [id]);
  if (choice === undefined) return <Empty icon="chart" title={words.noChart} />;
  if (rows === undefined) return <Loading />;
  return (
    <div class="result-chart">
      <div class="toolbar">
        <Choose
          label={words.value}
          columns={columns}
          only={isNumericName}
          at={choice.y}
          choose={(y) => setChoice({ ...choice, y })}
        />
        <Choose
          label={words.across}
          columns={columns}
          at={choice.x}
          choose={(x) => setChoice({ ...choice, x })}
        />
        <label class="inline">
          <span class="faint">{words.kind}</span>
          <select
            value={choice.kind}
            onChange={({ currentTarget: { value } }) =>
              setChoice({ ...choice, kind: value === "bars" ? "bars" : "line" })
            }
          >
            <option value="line">{words.line}</option>
            <option value="bars">{words.bars}</option>
          </select>
        </label>
        {rowCount > most && <span class="faint">{words.chartRows(number(most))}</span>}
      </div>
      <Plot {...plotOf(columns, rows, choice)} />
    </div>
  );
}

function Choose({
  label,
  columns,
  only = () => true,
  at,
  choose,
}: {
  label: string;
  columns: readonly NamedColumn[];
  only?: (type: string) => boolean;
  at: number;
  choose: (index: number) => void;
}) {
  return (
    <label class="inline">
      <span class="faint">{label}</span>
      <select value={at} onChange={({ currentTarget }) => choose(Number(currentTarget.value))}>
        {columns.map(
          ({ name, type }, index) =>
            only(type) && (
              <option key={name} value={index}>
                {name}
              </option>
            ),
        )}
      </select>
    </label>
  );
}

function plotOf(
  columns: readonly NamedColumn[],
  rows: QueryRows["rows"],
  { x, y, kind }: ChartChoice,
): PlotProps {
  const type = columns[x]?.type ?? "";
  const [across = "", value = ""] = [columns[x]?.name, columns[y]?.name];
  const label = text().sql.chartOf(value, across);
  const bars = kind === "bars";
  const numbers = (ordered: QueryRows["rows"]) => [
    { label: value, values: ordered.map((row) => numberOf(row[y])) },
  ];
  if (!isTimeName(type) && !isNumericName(type))
    return {
      label,
      bars,
      x: { kind: "names", values: rows.map((row) => row[x] ?? text().sql.null) },
      series: numbers(rows),
    };
  const place = (row: QueryRows["rows"][number]) =>
    isTimeName(type)
      ? Date.parse(`${(row[x] ?? "").replace(" ", "T")}${/:/.test(row[x] ?? "") ? "Z" : ""}`) / 1_000
      : Number(row[x]);
  const ordered = rows
    .map((row) => ({ at: place(row), row }))
    .filter(({ at }) => Number.isFinite(at))
    .toSorted((one, other) => one.at - other.at);
  return {
    label,
    bars,
    utc: true,
    x: { kind: isTimeName(type) ? "time" : "number", values: ordered.map(({ at }) => at) },
    series: numbers(ordered.map(({ row }) => row)),
  };
}

const numberOf = (value: string | null | undefined): number | null =>
  value === null || value === undefined || !Number.isFinite(Number(value)) ? null : Number(value);
