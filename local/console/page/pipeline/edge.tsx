import type { PipelineEdge } from "../../api";
import { live } from "../app/live";

/**
 * An edge with an animation that shows how fast records flow. Each step of speed stands for ten times as many records.
 */
export function Edge({ edge, path, chosen }: { edge: PipelineEdge; path: string; chosen: boolean }) {
  const speed = speedOf(edge);
  const arrow = chosen ? "chosen" : "plain";
  return (
    <g class={`edge ${edge.kind}${chosen ? " chosen" : ""}`}>
      <path d={path} marker-end={`url(#arrow-${arrow})`} />
      {speed > 0 && <path class={`flow speed-${speed}`} d={path} />}
    </g>
  );
}

/** Speed of the animation, from 0 (no records) to 5. */
function speedOf({ from, to, kind }: PipelineEdge): number {
  const rateOf = (id: string) => live.value?.nodes[id]?.recordRate;
  const rate = {
    records: Math.min(rateOf(from) ?? Number.POSITIVE_INFINITY, rateOf(to) ?? Number.POSITIVE_INFINITY),
    objects: rateOf(to) ?? 0,
    failures: rateOf(to) ?? 0,
    rows: rateOf(to) ?? 0,
    queries: 0,
    notifications: 0,
  }[kind];
  return rate > 0 && Number.isFinite(rate) ? Math.min(5, Math.ceil(Math.log10(rate + 1)) + 1) : 0;
}
