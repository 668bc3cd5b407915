import { useState } from "preact/hooks";
import type { FaultState } from "../../api";
import { put } from "../app/client";
import { Loaded, messageOf, useResource } from "../parts/resource";
import { text } from "../text";

/** The faults that the user can switch on. */
export function FaultsPane() {
  const words = text().metrics;
  const faults = useResource<readonly FaultState[]>("/faults", 3_000);
  const [error, setError] = useState<string>();
  const change = async ({ name, on }: FaultState) => {
    await put(`/faults/${encodeURIComponent(name)}`, { on: !on }).then(
      () => setError(undefined),
      (problem) => setError(messageOf(problem)),
    );
    faults.reload();
  };
  return (
    <Loaded resource={faults}>
      {(all) => (
        <section class="pane faults" aria-label={words.faults}>
          <p class="faint note">{words.faultsIntro}</p>
          {error && (
            <p class="bad note" role="alert">
              {error}
            </p>
          )}
          <ul>
            {all.map((fault) => (
              <Fault key={fault.name} fault={fault} change={() => change(fault)} />
            ))}
          </ul>
        </section>
      )}
    </Loaded>
  );
}

function Fault({ fault, change }: { fault: FaultState; change: () => void }) {
  const words = text();
  const [name, description] = words.faults[fault.name] ?? [fault.name, fault.description];
  const id = `fault-${fault.name}`;
  return (
    <li class="fault">
      <div>
        <h4 id={id}>{name}</h4>
        <p class="faint">{description}</p>
      </div>
      <span class={`state ${fault.on ? "bad" : "faint"}`} aria-hidden="true">
        {fault.on ? words.metrics.on : words.metrics.off}
      </span>
      <button
        type="button"
        class="toggle"
        role="switch"
        aria-checked={fault.on}
        aria-labelledby={id}
        onClick={change}
      />
    </li>
  );
}
