import { useEffect, useRef, useState } from "preact/hooks";
import type { QueryRows } from "../../api";
import { get, queryString } from "../app/client";

type Row = readonly (string | null)[];

const pageSize = 500;

/**
 * The rows of a result, which are read as they come into view.
 *
 * @returns A function that returns a row, or `undefined` while the row is being read.
 */
export function useRows(id: string, first: number, last: number): (index: number) => Row | undefined {
  const pages = useRef(new Map<number, readonly Row[] | "reading">());
  const [, redraw] = useState(0);
  useEffect(() => {
    for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page++) {
      if (pages.current.has(page)) continue;
      pages.current.set(page, "reading");
      get<QueryRows>(
        `/queries/${encodeURIComponent(id)}/rows${queryString({ from: page * pageSize, count: pageSize })}`,
      ).then(
        ({ rows }) => {
          pages.current.set(page, rows);
          redraw((count) => count + 1);
        },
        () => pages.current.delete(page),
      );
    }
  }, [id, first, last]);
  return (index) => {
    const page = pages.current.get(Math.floor(index / pageSize));
    return page === undefined || page === "reading" ? undefined : page[index % pageSize];
  };
}
