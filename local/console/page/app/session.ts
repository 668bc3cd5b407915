const key = "console-token";

/**
 * Takes the token out of the URL's fragment, so that it does not remain in the browser's history, and keeps it for this
 * tab.
 */
export function takeToken(): void {
  const [, token] = /^#([^/].*)$/.exec(location.hash) ?? [];
  if (token === undefined) return;
  sessionStorage.setItem(key, decodeURIComponent(token));
  history.replaceState(null, "", "#/pipeline");
}

export const token = (): string => sessionStorage.getItem(key) ?? "";
