import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Loading, messageOf } from "../parts/resource";
import { PipelineView } from "../pipeline/view";
import type { PageView } from "./router";

/** Loads each view when it is opened for the first time. The pipeline is part of the first load. */
const loaders: Record<Exclude<PageView, "pipeline">, () => Promise<ComponentType>> = {
  journey: async () => (await import("../journey/view")).JourneyView,
  stream: async () => (await import("../stream/view")).StreamView,
  lake: async () => (await import("../lake/view")).LakeView,
  sql: async () => (await import("../sql/view")).SqlView,
  functions: async () => (await import("../functions/view")).FunctionsView,
  metrics: async () => (await import("../metrics/view")).MetricsView,
};
const loaded = new Map<PageView, ComponentType>([["pipeline", PipelineView]]);

export function Content({ view }: { view: PageView }) {
  const [problem, setProblem] = useState<string>();
  const [, setReady] = useState(0);
  useEffect(() => {
    if (view === "pipeline" || loaded.has(view)) return;
    loaders[view]().then(
      (component) => {
        loaded.set(view, component);
        setReady((count) => count + 1);
      },
      (error) => setProblem(messageOf(error)),
    );
  }, [view]);
  const Component = loaded.get(view);
  if (Component) return <Component />;
  return problem ? <p class="problem">{problem}</p> : <Loading />;
}
