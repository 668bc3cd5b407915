import type { FunctionState } from "../../api";
import { href, route } from "../app/router";
import { Empty } from "../parts/empty";
import { Facts } from "../parts/facts";
import { Pane } from "../parts/pane";
import { Loaded, useResource } from "../parts/resource";
import { text } from "../text";
import { duration, number } from "../text/format";
import { Invocations } from "./invocations";

export function FunctionsPane() {
  const words = text().functions;
  const functions = useResource<readonly FunctionState[]>("/functions", 2_000);
  return (
    <Loaded resource={functions}>
      {(all) => {
        const chosen = all.find(({ name }) => name === route.value.rest[0]) ?? all[0];
        if (chosen === undefined) return <Empty icon="function" title={words.none} />;
        return (
          <div class="split narrow">
            <Pane title={words.functions} class="flush">
              <ul class="choices">
                {all.map((each) => (
                  <li key={each.name}>
                    <a
                      href={href("functions", each.name)}
                      aria-current={each.name === chosen.name ? "true" : undefined}
                    >
                      {each.name}
                    </a>
                  </li>
                ))}
              </ul>
              <div class="choice-facts">
                <Facts facts={factsOf(chosen)} />
              </div>
            </Pane>
            <Invocations key={chosen.name} name={chosen.name} memoryMegabytes={chosen.memoryMegabytes} />
          </div>
        );
      }}
    </Loaded>
  );
}

function factsOf(state: FunctionState): [string, string][] {
  const words = text().functions;
  return [
    [words.invocations, number(state.invocations)],
    [words.errors, number(state.errors)],
    [words.runtime, state.runtime],
    [words.memory, `${number(state.memoryMegabytes)} MB`],
    [words.timeout, duration(state.timeoutSeconds * 1_000)],
  ];
}
