import { useState } from "preact/hooks";
import type { LiveState } from "../../api";
import { post } from "../app/client";
import { live, pipeline } from "../app/live";
import { href } from "../app/router";
import { Command } from "../parts/command";
import { Icon } from "../parts/icon";
import { Loading, ResourceOutcome, useAction } from "../parts/resource";
import { text } from "../text";
import { Details } from "./details";
import { Graph } from "./graph";
import { Throughput } from "./throughput";

export function PipelineView() {
  const [chosen, setChosen] = useState<string>();
  const stack = pipeline.value;
  const words = text().pipeline;
  const flush = useAction(async () => {
    live.value = await post<LiveState>("/flush");
    return words.flushed;
  });
  if (stack === undefined) return <Loading />;
  const node = stack.nodes.find(({ id }) => id === chosen);
  /** Returns the focus to the node that was selected. */
  const close = () => {
    setChosen(undefined);
    document.querySelector<HTMLElement>(`[data-node=${CSS.escape(chosen ?? "")}]`)?.focus();
  };
  return (
    <div class="pipeline">
      <div class="toolbar">
        <button type="button" onClick={() => flush.run()} aria-disabled={flush.busy}>
          <Icon name="buffer" />
          {words.flush}
        </button>
        <ResourceOutcome {...flush} />
        {!node && <p class="faint hint">{words.choose}</p>}
      </div>
      <Graph pipeline={stack} chosen={chosen} choose={(id) => setChosen(id === chosen ? undefined : id)} />
      {node && <Details key={node.id} node={node} close={close} />}
      <Quiet />
      <Throughput nodes={stack.nodes} />
      {stack.notRun.length > 0 && (
        <details class="not-run">
          <summary>
            {words.notRun} ({stack.notRun.length})
          </summary>
          <ul>
            {stack.notRun.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** Shown until the first record arrives: how to send one. */
function Quiet() {
  const nodes = live.value?.nodes;
  if (nodes === undefined || Object.values(nodes).some(({ records = 0 }) => records > 0)) return null;
  const words = text().pipeline;
  return (
    <div class="quiet-line">
      <p>
        <strong>{words.quietTitle}.</strong> {words.quiet}
      </p>
      <Command text="npx tsx producer --local --count 1000 --rate 50" />
      <a class="button" href={href("stream")}>
        {words.simulate}
      </a>
    </div>
  );
}
