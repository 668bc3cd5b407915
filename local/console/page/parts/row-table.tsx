import type { NamedColumn } from "../../api";
import { text } from "../text";
import { Scroll } from "./scroll";
import { isNumericName } from "./types";

/** A few rows of text as a table that scrolls inside its own frame. */
export function RowTable({
  columns,
  rows,
  label,
}: {
  columns: readonly NamedColumn[];
  rows: readonly (readonly (string | null)[])[];
  label: string;
}) {
  return (
    <Scroll class="framed" label={label}>
      <table>
        <thead>
          <tr>
            {columns.map(({ name, type }) => (
              <th key={name} scope="col" class={isNumericName(type) ? "number" : ""} title={type}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map(({ name, type }, column) => (
                <td key={name} class={isNumericName(type) ? "number" : ""}>
                  <Cell value={row[column]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export const Cell = ({ value }: { value: string | null | undefined }) =>
  value === null || value === undefined ? <span class="faint">{text().sql.null}</span> : value;
