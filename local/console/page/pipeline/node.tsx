import type { PipelineNode } from "../../api";
import { live, rates } from "../app/live";
import { Icon, type IconName } from "../parts/icon";
import { Sparkline } from "../parts/sparkline";
import { text } from "../text";
import { duration } from "../text/format";
import { mainNumber, troubles } from "./numbers";
import type { Box } from "./path";

export const nodeIcons: Readonly<Record<PipelineNode["kind"], IconName>> = {
  producer: "producer",
  stream: "stream",
  function: "function",
  delivery: "delivery",
  bucket: "bucket",
  prefix: "folder",
  table: "table",
  workgroup: "sql",
  schedule: "schedule",
  queue: "queue",
  topic: "topic",
};

interface NodeProps {
  readonly node: PipelineNode;
  readonly name: string;
  readonly box: Box;
  readonly chosen: boolean;
  readonly choose: () => void;
}

export function Node({ node, name, box, chosen, choose }: NodeProps) {
  const state = live.value?.nodes[node.id];
  const problems = troubles(state);
  const buffer = state?.buffer;
  return (
    <button
      type="button"
      class={`node ${node.kind}${chosen ? " chosen" : ""}`}
      style={at(box)}
      data-node={node.id}
      aria-pressed={chosen}
      title={node.name}
      onClick={choose}
    >
      <span class="node-kind">
        <Icon name={nodeIcons[node.kind]} />
        {text().kinds[node.kind]}
        <NodeAlarm node={node} />
      </span>
      <span class="node-name">{node.kind === "producer" ? text().kinds.producer : name}</span>
      <span class="node-numbers">
        <span class="node-main">{mainNumber(node, state)}</span>
        {problems.length > 0 ? (
          <span class="bad node-trouble">
            <Icon name="warning" />
            {problems[0]}
          </span>
        ) : buffer?.flushIn !== undefined ? (
          <span class="faint">{text().pipeline.flushIn(duration(buffer.flushIn))}</span>
        ) : (
          <Sparkline values={rates.value[node.id] ?? []} />
        )}
      </span>
      {buffer && (
        <span class="node-buffer" aria-hidden="true">
          <span style={{ width: `${Math.min(100, (buffer.bytes / buffer.limitBytes) * 100)}%` }} />
        </span>
      )}
    </button>
  );
}

/** A bucket, drawn as a frame around its prefixes. It is selected by clicking on its name. */
export function NodeFrame({ node, name, box, chosen, choose }: NodeProps) {
  return (
    <div class={`frame${chosen ? " chosen" : ""}`} style={at(box)}>
      <button type="button" data-node={node.id} aria-pressed={chosen} title={node.name} onClick={choose}>
        <Icon name="bucket" />
        <span>{text().kinds.bucket}</span>
        <strong>{name}</strong>
        <NodeAlarm node={node} />
      </button>
    </div>
  );
}

function NodeAlarm({ node }: { node: PipelineNode }) {
  const ringing = node.alarms.filter((name) => live.value?.alarms[name] === "ALARM").length;
  if (ringing === 0) return null;
  return (
    <span class="count bad">
      <Icon name="alarm" />
      <span class="hidden">{text().shell.alarms(ringing)}</span>
    </span>
  );
}

const at = ({ x, y, width, height }: Box) => ({
  transform: `translate(${x}px, ${y}px)`,
  width: `${width}px`,
  height: `${height}px`,
});
