import type { InvocationState } from "../../api";
import { Empty } from "../parts/empty";
import { Facts } from "../parts/facts";
import { Icon } from "../parts/icon";
import { JsonView } from "../parts/json";
import { Pane } from "../parts/pane";
import { Loaded, useResource } from "../parts/resource";
import { text } from "../text";
import { clockToMillisecond, duration, number } from "../text/format";

/** The latest invocations of a function, each with what it logged. */
export function Invocations({ name, memoryMegabytes }: { name: string; memoryMegabytes: number }) {
  const words = text().functions;
  const invocations = useResource<readonly InvocationState[]>(
    `/functions/${encodeURIComponent(name)}/invocations?limit=100`,
    2_000,
  );
  return (
    <Pane title={words.invocations} class="flush">
      <Loaded resource={invocations}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="function" title={words.noInvocations} />
          ) : (
            <ul class="invocations">
              {all.map((each) => (
                <li key={each.requestId}>
                  <Row invocation={each} memoryMegabytes={memoryMegabytes} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Pane>
  );
}

function Row({ invocation, memoryMegabytes }: { invocation: InvocationState; memoryMegabytes: number }) {
  const words = text().functions;
  const { requestId, time, records, coldStart, maxMemoryMegabytes, error, log } = invocation;
  return (
    <details>
      <summary>
        <Icon name="chevron" class="twist" />
        <time class="mono">{clockToMillisecond(time)}</time>
        <span class={`state ${error === undefined ? "good" : "bad"}`}>
          <Icon name={error === undefined ? "ok" : "no"} />
          {error === undefined ? words.succeeded : words.error}
        </span>
        <span>{text().pipeline.records(number(records), records)}</span>
        {coldStart && <span class="tag">{words.cold}</span>}
        <span class="invocation-duration">{duration(invocation.duration)}</span>
      </summary>
      <div class="invocation">
        {error !== undefined && <p class="bad">{error}</p>}
        <Facts
          facts={[
            ["Request ID", <code key="id">{requestId}</code>],
            ...(maxMemoryMegabytes === undefined
              ? []
              : [
                  [
                    words.memory,
                    words.memoryOf(number(maxMemoryMegabytes), number(memoryMegabytes)),
                  ] as const,
                ]),
          ]}
        />
        <h3>{words.log}</h3>
        {log.length === 0 ? (
          <p class="faint">{words.noLog}</p>
        ) : (
          <JsonView text={log.join("\n")} label={words.log} />
        )}
      </div>
    </details>
  );
}
