import { signal } from "@preact/signals";

export const views = ["pipeline", "journey", "stream", "lake", "sql", "functions", "metrics"] as const;
export type PageView = (typeof views)[number];

export interface Route {
  readonly view: PageView;
  /** The decoded parts of the path after the view, such as the bucket and the key of `#/lake/<bucket>/<key>`. */
  readonly rest: readonly string[];
}

function read(): Route {
  const [name = "", ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const view = views.find((each) => each === name) ?? "pipeline";
  return { view, rest: rest.map(decode) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = signal<Route>({ view: "pipeline", rest: [] });

/** The link to a place. Each part may contain any character. */
export const href = (view: PageView, ...rest: readonly string[]): string =>
  `#/${[view, ...rest.map(encodeURIComponent)].join("/")}`;

export function go(view: PageView, ...rest: readonly string[]): void {
  location.hash = href(view, ...rest);
}

export function startRouter(): void {
  route.value = read();
  addEventListener("hashchange", () => {
    route.value = read();
  });
}
