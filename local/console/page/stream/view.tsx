import { useState } from "preact/hooks";
import type { Pipeline, PipelineNode } from "../../api";
import { pipeline } from "../app/live";
import { go, route } from "../app/router";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icon";
import { Pane } from "../parts/pane";
import { Loading } from "../parts/resource";
import { text } from "../text";
import { number } from "../text/format";
import { Filters } from "./filters";
import { Records } from "./records";
import { Send } from "./send";
import { SimulatorPane } from "./simulator-pane";
import { type Filter, useTail } from "./tail";

export function StreamView() {
  if (pipeline.value === undefined) return <Loading />;
  const streams = taking(pipeline.value);
  const [named] = route.value.rest;
  const stream = streams.find(({ name }) => name === named) ?? streams[0];
  if (stream === undefined)
    return (
      <Empty icon="stream" title={text().stream.noStreamTitle}>
        {text().stream.noStream}
      </Empty>
    );
  return <Stream key={stream.name} name={stream.name} others={streams.map(({ name }) => name)} />;
}

/** The nodes that producers put records to: streams and delivery streams with Direct PUT. */
const taking = ({ nodes, edges }: Pipeline): readonly PipelineNode[] =>
  nodes.filter(
    ({ id, kind }) =>
      kind === "stream" ||
      (kind === "delivery" && edges.some(({ from, to }) => from === "producers" && to === id)),
  );

function Stream({ name, others }: { name: string; others: readonly string[] }) {
  const words = text().stream;
  const [filter, setFilter] = useState<Filter>({});
  const [from, setFrom] = useState<number>();
  const [paused, setPaused] = useState(false);
  const tail = useTail(name, filter, from, paused);
  const [latest] = tail.records;
  const [firstExample] = useState<{ text?: string }>({});
  // The example is chosen once, so that the text does not change while the user edits it.
  if (latest && latest.aggregate === undefined && !latest.data.cut)
    firstExample.text ??= latest.data.text?.trim();
  const filtered = Object.values(filter).some(Boolean) || from !== undefined;
  return (
    <div class="split stream-split">
      <Pane
        class="flush"
        title={
          others.length > 1 ? (
            <label class="switch">
              <span class="hidden">{words.streams}</span>
              <select value={name} onChange={({ currentTarget }) => go("stream", currentTarget.value)}>
                {others.map((other) => (
                  <option key={other}>{other}</option>
                ))}
              </select>
            </label>
          ) : (
            words.tail
          )
        }
        actions={
          from === undefined && (
            <>
              {paused && (
                <span class="faint">{tail.held > 0 ? words.arrived(number(tail.held)) : words.paused}</span>
              )}
              <button type="button" onClick={() => setPaused(!paused)}>
                <Icon name={paused ? "play" : "pause"} />
                {paused ? words.resume : words.pause}
              </button>
            </>
          )
        }
      >
        <Filters stream={name} filter={filter} change={setFilter} from={from} jump={setFrom} />
        <Records tail={tail} filtered={filtered} hold={() => setPaused(true)} />
      </Pane>
      <div class="tools">
        <SimulatorPane />
        <Send stream={name} example={firstExample.text} />
      </div>
    </div>
  );
}
