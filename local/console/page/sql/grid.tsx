import { useEffect, useRef, useState } from "preact/hooks";
import type { Column, QueryState } from "../../api";
import { Cell } from "../parts/row-table";
import { isNumeric } from "../parts/types";
import { text } from "../text";
import { useRows } from "./rows";

const rowHeight = 28;
/** Drawn above and below what is seen. */
const spare = 10;
/** Browsers end a page at some 17 million pixels. */
const tallest = 15_000_000;

/** The rows of a result, however many there are: only those in sight are drawn. */
export function Grid({ state }: { state: QueryState }) {
  const { id, columns = [], rowCount = 0 } = state;
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  const measure = () => {
    const { scrollTop = 0, clientHeight = 400 } = frame.current ?? {};
    setView({ top: scrollTop, height: clientHeight });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the frame is the same
  useEffect(() => {
    if (frame.current === null) return;
    const observer = new ResizeObserver(measure);
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  const height = Math.min(rowCount * rowHeight, tallest);
  /** Rows for each pixel, where a result is taller than a browser's page. */
  const scale = height === 0 ? 0 : (rowCount * rowHeight) / height;
  const first = Math.max(0, Math.floor((view.top * scale) / rowHeight) - spare);
  const last = Math.min(rowCount - 1, first + Math.ceil(view.height / rowHeight) + 2 * spare);
  const rowAt = useRows(id, first, Math.max(first, last));
  const widths = useWidths(columns, Array.from({ length: Math.min(50, rowCount) }, (_, index) => rowAt(index)));
  const template = `${String(rowCount).length + 3}ch ${widths.map((width) => `${width}ch`).join(" ")}`;
  return (
    <div
      class="grid"
      role="table"
      aria-label={text().sql.results}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length}
      ref={frame}
      onScroll={measure}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by the keyboard
      tabIndex={0}
    >
      <div class="grid-row grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        <span role="columnheader" class="number faint">
          <span class="hidden">{text().sql.row}</span>
        </span>
        {columns.map(({ name, type }) => (
          <span key={name} role="columnheader" class={isNumeric(type) ? "number" : ""} title={type}>
            {name}
          </span>
        ))}
      </div>
      <div class="grid-body" role="rowgroup" style={{ height: `${height}px` }}>
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset).map((index) => (
          <div
            key={index}
            class="grid-row"
            role="row"
            aria-rowindex={index + 2}
            style={{
              gridTemplateColumns: template,
              transform: `translateY(${scale <= 1 ? index * rowHeight : view.top + (index - first - spare) * rowHeight}px)`,
            }}
          >
            <span role="cell" class="number faint">
              {index + 1}
            </span>
            {columns.map(({ name, type }, column) => {
              const row = rowAt(index);
              return (
                <span key={name} role="cell" class={isNumeric(type) ? "number" : ""}>
                  {row === undefined ? "…" : <Cell value={row[column]} />}
                </span>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Of each column in characters, by its name and its first rows; they stay as they are while one scrolls. */
function useWidths(columns: readonly Column[], rows: readonly (readonly (string | null)[] | undefined)[]): number[] {
  const known = useRef<number[] | undefined>(undefined);
  const compute = () =>
    columns.map(({ name }, index) => {
      const longest = Math.max(name.length, ...rows.map((row) => row?.[index]?.length ?? 0));
      return Math.min(44, Math.max(6, longest)) + 4;
    });
  if (known.current === undefined && rows[0] !== undefined) known.current = compute();
  return known.current ?? compute();
}
