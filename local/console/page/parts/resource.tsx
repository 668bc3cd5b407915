import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { get } from "../app/client";
import { connections } from "../app/live";
import { visible } from "../app/visibility";
import { text } from "../text";
import { Icon } from "./icon";

export interface LoadedResource<T> {
  readonly data?: T;
  readonly error?: string;
  readonly reload: () => void;
}

/**
 * The server's answer at a path. It is read again after each reconnection, and when the page becomes visible again.
 *
 * @param path Path below `/api`. Nothing is read when it is undefined.
 * @param every Milliseconds after which it is read again. @default never
 */
export function useResource<T>(path: string | undefined, every?: number): LoadedResource<T> {
  const [state, setState] = useState<{ path?: string; data?: T; error?: string }>({});
  const [asked, setAsked] = useState(0);
  const epoch = connections.value;
  const isSeen = visible.value;
  useEffect(() => {
    if (path === undefined || !isSeen) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      try {
        const data = await get<T>(path, stop.signal);
        setState({ path, data });
      } catch (error) {
        if (stop.signal.aborted) return;
        setState((before) => ({ ...(before.path === path ? before : { path }), error: messageOf(error) }));
      }
      if (every !== undefined && !stop.signal.aborted) timer = setTimeout(read, every);
    };
    read();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [path, every, epoch, asked, isSeen]);
  const reload = useCallback(() => setAsked((count) => count + 1), []);
  return state.path === path ? { data: state.data, error: state.error, reload } : { reload };
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Shows data that was read, that it is still being read, or why reading failed. */
export function Loaded<T>({
  resource: { data, error, reload },
  children,
}: {
  resource: LoadedResource<T>;
  children: (data: T) => ComponentChildren;
}) {
  if (data !== undefined) return <>{children(data)}</>;
  if (error === undefined) return <Loading />;
  return (
    <div class="problem">
      <Icon name="warning" class="bad" />
      <p>
        <strong>{text().shell.failed}.</strong> {error}
      </p>
      <button type="button" onClick={reload}>
        <Icon name="retry" />
        {text().shell.again}
      </button>
    </div>
  );
}

/** Appears only after a moment, so that fast answers do not flicker. */
export const Loading = () => (
  <p class="loading">
    <Icon name="loading" class="turning" />
    {text().shell.loading}
  </p>
);

/**
 * The state of a button's action: whether it is under way, and its result. A second click meanwhile does nothing. The
 * button is marked with `aria-disabled`, because a disabled button would lose the focus.
 */
export function useAction<T extends unknown[]>(work: (...args: T) => Promise<string | undefined>) {
  const [state, setState] = useState<{ busy?: boolean; done?: string; error?: string }>({});
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const busy = useRef(false);
  const run = async (...args: T) => {
    if (busy.current) return;
    busy.current = true;
    setState({ busy: true });
    const next = await work(...args).then(
      (done) => ({ done }),
      (error) => ({ error: messageOf(error) }),
    );
    busy.current = false;
    if (mounted.current) setState(next);
  };
  return { ...state, run };
}

/** The result of an action, which is also announced by screen readers. */
export const ResourceOutcome = ({ done, error }: { done?: string; error?: string }) => (
  <span class="outcome" role="status">
    {done && (
      <>
        <Icon name="ok" class="good" /> {done}
      </>
    )}
    {error && (
      <>
        <Icon name="no" class="bad" /> {error}
      </>
    )}
  </span>
);
