import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PipelineNode } from "../../api";
import { rates, rateTimes } from "../app/live";
import { Pane } from "../parts/pane";
import type { PlotProps } from "../parts/plot";
import { text } from "../text";

const drawn: readonly PipelineNode["kind"][] = ["stream", "function", "delivery"];

/** Records per second of each node. The chart's code is loaded after the graph. */
export function Throughput({ nodes }: { nodes: readonly PipelineNode[] }) {
  const [Plot, setPlot] = useState<ComponentType<PlotProps>>();
  useEffect(() => {
    import("../parts/plot").then((module) => setPlot(() => module.Plot));
  }, []);
  const words = text();
  const times = rateTimes.value;
  const series = nodes
    .filter(({ kind }) => drawn.includes(kind))
    .map(({ id, kind, name }) => ({ id, kind, name, values: rates.value[id] ?? [] }))
    .filter(({ values }) => values.some((value) => value > 0));
  if (series.length === 0 || times.length < 2) return null;
  return (
    <Pane class="throughput" title={words.pipeline.throughput}>
      {Plot && (
        <Plot
          label={words.pipeline.throughput}
          x={{ kind: "time", values: times.map((time) => time / 1_000) }}
          series={series.map(({ kind, name, values }) => ({
            label: series.filter((other) => other.kind === kind).length > 1 ? name : words.kinds[kind],
            values: [...Array<null>(Math.max(0, times.length - values.length)).fill(null), ...values],
          }))}
        />
      )}
    </Pane>
  );
}
