import { useState } from "preact/hooks";
import type { DashboardState } from "../../api";
import { Empty } from "../parts/empty";
import { Loaded, useResource } from "../parts/resource";
import { text } from "../text";
import { WidgetBox } from "./widget";

const ranges = [15, 60, 180, 720];

/** The stack's dashboards, as CloudWatch draws them. */
export function Dashboards() {
  const words = text().metrics;
  const dashboards = useResource<readonly DashboardState[]>("/dashboards");
  const [minutes, setMinutes] = useState(15);
  const [named, setNamed] = useState<string>();
  return (
    <Loaded resource={dashboards}>
      {(all) => {
        const chosen = all.find(({ name }) => name === named) ?? all[0];
        if (chosen === undefined) return <Empty icon="chart" title={words.noDashboard} />;
        return (
          <>
            <div class="toolbar dashboard-head">
              {all.length > 1 ? (
                <label>
                  <span class="hidden">{words.dashboard}</span>
                  <select value={chosen.name} onChange={({ currentTarget }) => setNamed(currentTarget.value)}>
                    {all.map(({ name }) => (
                      <option key={name}>{name}</option>
                    ))}
                  </select>
                </label>
              ) : (
                <h2>{chosen.name}</h2>
              )}
              <fieldset class="segments">
                <legend class="hidden">{words.range}</legend>
                {ranges.map((each) => (
                  <button
                    key={each}
                    type="button"
                    aria-pressed={each === minutes}
                    onClick={() => setMinutes(each)}
                  >
                    {words.minutes(each)}
                  </button>
                ))}
              </fieldset>
            </div>
            <div class="dashboard">
              {chosen.widgets.map((widget) => (
                <WidgetBox
                  key={`${widget.x} ${widget.y} ${widget.title}`}
                  widget={widget}
                  minutes={minutes}
                />
              ))}
            </div>
          </>
        );
      }}
    </Loaded>
  );
}
