import { useEffect, useRef } from "preact/hooks";
import type { PipelineNode } from "../../api";
import { live } from "../app/live";
import { href } from "../app/router";
import { AlarmBadge } from "../parts/alarm-state";
import { Facts } from "../parts/facts";
import { Icon } from "../parts/icon";
import { text } from "../text";
import { fact } from "../text/facts";
import { nodeIcons } from "./node";
import { allNumbers } from "./numbers";
import { Shards } from "./shards";

/** Everything that is known about one node of the pipeline. */
export function Details({ node, close }: { node: PipelineNode; close: () => void }) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: "nearest", behavior: "smooth" }), []);
  const words = text();
  const state = live.value?.nodes[node.id];
  const numbers = allNumbers(state);
  const link = linkOf(node);
  return (
    <aside
      class="details pane"
      aria-label={node.name}
      ref={place}
      tabIndex={-1}
      onKeyDown={({ key }) => key === "Escape" && close()}
    >
      <header class="pane-head">
        <h2>
          <Icon name={nodeIcons[node.kind]} />
          <span>
            <small>{words.kinds[node.kind]}</small>
            {node.kind === "producer" ? words.kinds.producer : node.name}
          </span>
        </h2>
        <div class="pane-actions">
          {link && (
            <a class="button" href={link.href}>
              {link.label}
              <Icon name="chevron" />
            </a>
          )}
          <button type="button" class="quiet" onClick={close} aria-label={words.shell.close}>
            <Icon name="close" />
          </button>
        </div>
      </header>
      <div class="pane-body">
        {numbers.length > 0 && (
          <section>
            <h3>{words.pipeline.now}</h3>
            <Facts facts={numbers} />
          </section>
        )}
        {node.kind === "stream" && (
          <section>
            <h3>{words.pipeline.shards}</h3>
            <Shards stream={node.name} />
          </section>
        )}
        {node.alarms.length > 0 && (
          <section>
            <h3>{words.pipeline.alarms}</h3>
            <ul class="alarm-list">
              {node.alarms.map((name) => (
                <li key={name}>
                  <a href={href("metrics", name)}>{name}</a>
                  <AlarmBadge state={live.value?.alarms[name] ?? "INSUFFICIENT_DATA"} />
                </li>
              ))}
            </ul>
          </section>
        )}
        <section>
          <h3>{words.pipeline.facts}</h3>
          <Facts facts={[...node.facts.map(fact), ["Terraform", node.id]]} />
        </section>
      </div>
    </aside>
  );
}

function linkOf({ kind, name, id, facts }: PipelineNode): { href: string; label: string } | undefined {
  const words = text().pipeline;
  const factOf = (wanted: string) => facts.find(([fact]) => fact === wanted)?.[1] ?? "";
  const bucket = factOf("bucket");
  switch (kind) {
    case "stream":
      return { href: href("stream", name), label: words.openStream };
    case "producer":
      return { href: href("stream"), label: words.simulate };
    case "function":
      return { href: href("functions", name), label: words.openFunction };
    case "bucket":
      return { href: href("lake", name), label: words.openLake };
    case "prefix":
      return bucket === ""
        ? undefined
        : { href: href("lake", bucket, id.slice(id.indexOf("#") + 1)), label: words.openLake };
    case "table":
      return { href: href("sql", "table", factOf("database"), name), label: words.openTable };
    case "queue":
      return { href: href("functions"), label: words.openQueue };
    default:
      return undefined;
  }
}
