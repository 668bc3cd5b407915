import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiError, QueryRequest, QueryState } from "../../api";
import { get, post, Refusal, remove } from "../app/client";
import { seen } from "../app/visibility";
import { messageOf } from "../parts/resource";

const interval = 200;

/** Runs one query at a time and holds the state of the most recent one. */
export function useQuery() {
  const [state, setState] = useState<QueryState>();
  const [problem, setProblem] = useState<ApiError>();
  const [starting, setStarting] = useState(false);
  const wanted = useRef(0);
  useEffect(
    () => () => {
      wanted.current = -1;
    },
    [],
  );
  const follow = async (first: QueryState, mine: number) => {
    let known = first;
    while (wanted.current === mine) {
      setState(known);
      setProblem(known.error);
      if (known.state !== "RUNNING") return;
      await new Promise((resolve) => setTimeout(resolve, interval));
      await seen();
      known = await get<QueryState>(`/queries/${encodeURIComponent(known.id)}`);
    }
  };
  const guarded = async (work: (mine: number) => Promise<void>) => {
    const mine = ++wanted.current;
    setProblem(undefined);
    setStarting(true);
    try {
      await work(mine);
    } catch (error) {
      if (wanted.current !== mine) return;
      setState(undefined);
      setProblem(error instanceof Refusal ? error.problem : { message: messageOf(error) });
    } finally {
      if (wanted.current === mine) setStarting(false);
    }
  };
  return {
    state,
    problem,
    running: starting,
    run: (request: QueryRequest) =>
      guarded(async (mine) => follow(await post<QueryState>("/queries", request), mine)),
    /** Shows a query from the history. */
    show: (past: QueryState) => guarded((mine) => follow(past, mine)),
    stop: async () => {
      if (state) await remove(`/queries/${encodeURIComponent(state.id)}`).catch(() => {});
    },
  };
}
