import { useEffect, useRef, useState } from "preact/hooks";
import type { NamedColumn, QueryState } from "../../api";
import { Cell } from "../parts/row-table";
import { isNumericName } from "../parts/types";
import { text } from "../text";
import { useRows } from "./rows";

const rowHeight = 28;
/** Number of extra rows that are drawn above and below the visible ones. */
const spare = 10;
/** Largest height of the table. Browsers draw nothing beyond about 17 million pixels. Pixels. */
const tallest = 15_000_000;

/** The rows of a result of any size. Only the visible rows are drawn, between two spacer rows. */
export function Grid({ state }: { state: QueryState }) {
  const { id, columns = [], rowCount = 0 } = state;
  const frame = useRef<HTMLElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  const measure = () => {
    const { scrollTop = 0, clientHeight = 400 } = frame.current ?? {};
    setView({ top: scrollTop, height: clientHeight });
  };
  useEffect(() => {
    if (frame.current === null) return;
    const observer = new ResizeObserver(measure);
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  const height = Math.min(rowCount * rowHeight, tallest);
  /** More than 1 when the result is taller than what a browser can draw. */
  const rowsPerPixel = rowCount / height;
  const first = Math.max(0, Math.floor(view.top * rowsPerPixel) - spare);
  const last = Math.min(rowCount - 1, first + Math.ceil(view.height / rowHeight) + 2 * spare);
  const rowAt = useRows(id, first, Math.max(first, last));
  const sample = Array.from({ length: Math.min(50, rowCount) }, (_, index) => rowAt(index));
  const widths = useWidths(columns, sample);
  const above = first === 0 ? 0 : Math.max(0, first / rowsPerPixel);
  const drawn = last - first + 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by the keyboard
    <section class="grid" aria-label={text().sql.results} ref={frame} onScroll={measure} tabIndex={0}>
      <table aria-rowcount={rowCount + 1}>
        <colgroup>
          <col style={{ width: `${String(rowCount).length + 3}ch` }} />
          {columns.map(({ name }, index) => (
            <col key={name} style={{ width: `${widths[index]}ch` }} />
          ))}
          <col />
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="number">
              <span class="hidden">{text().sql.row}</span>
            </th>
            {columns.map(({ name, type }) => (
              <th key={name} scope="col" class={isNumericName(type) ? "number" : ""} title={type}>
                {name}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          <Space height={above} />
          {Array.from({ length: Math.max(0, drawn) }, (_, offset) => first + offset).map((index) => {
            const row = rowAt(index);
            return (
              <tr key={index} aria-rowindex={index + 2}>
                <td class="number faint">{index + 1}</td>
                {columns.map(({ name, type }, column) => (
                  <td key={name} class={isNumericName(type) ? "number" : ""}>
                    {row === undefined ? "…" : <Cell value={row[column]} />}
                  </td>
                ))}
                <td />
              </tr>
            );
          })}
          <Space height={height - above - drawn * rowHeight} />
        </tbody>
      </table>
    </section>
  );
}

const Space = ({ height }: { height: number }) =>
  height > 0 ? <tr class="space" style={{ height: `${height}px` }} /> : null;

/**
 * Width of each column in characters, determined by its name and first rows. Widths do not change while the user
 * scrolls.
 */
function useWidths(
  columns: readonly NamedColumn[],
  rows: readonly (readonly (string | null)[] | undefined)[],
): number[] {
  const known = useRef<number[] | undefined>(undefined);
  const compute = () =>
    columns.map(({ name }, index) => {
      const longest = Math.max(name.length, ...rows.map((row) => row?.[index]?.length ?? 0));
      return Math.min(44, Math.max(6, longest)) + 4;
    });
  if (known.current === undefined && rows[0] !== undefined) known.current = compute();
  return known.current ?? compute();
}
