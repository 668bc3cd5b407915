import { useEffect, useState } from "preact/hooks";
import type { SimulatorSettings, SimulatorState } from "../../api";
import { put } from "../app/client";
import { Icon } from "../parts/icon";
import { Pane } from "../parts/pane";
import { Loaded, messageOf, useResource } from "../parts/resource";
import { text } from "../text";
import { number, percent } from "../text/format";

/** Controls that send made-up records at a given rate until they are stopped. */
export function SimulatorPane() {
  const words = text().stream;
  const state = useResource<SimulatorState | null>("/simulator", 1_000);
  if (state.data === null) return null;
  return (
    <Pane title={words.simulator}>
      <Loaded resource={state}>{(known) => known && <Settings known={known} reload={state.reload} />}</Loaded>
    </Pane>
  );
}

function Settings({ known, reload }: { known: SimulatorState; reload: () => void }) {
  const words = text().stream;
  const [settings, setSettings] = useState<SimulatorSettings>(known);
  const [error, setError] = useState<string>();
  useEffect(() => setSettings((before) => ({ ...before, running: known.running })), [known.running]);
  const apply = async (next: SimulatorSettings) => {
    setSettings(next);
    const { running, rate, keys, invalidShare } = next;
    await put<SimulatorState>("/simulator", { running, rate, keys, invalidShare }).then(
      () => setError(undefined),
      (problem) => setError(messageOf(problem)),
    );
    reload();
  };
  /** Changes a setting, which takes effect at once while the simulator runs. */
  const change = (part: Partial<SimulatorSettings>) => {
    const next = { ...settings, ...part };
    if (settings.running) apply(next);
    else setSettings(next);
  };
  return (
    <div class="form simulator">
      <Slider
        label={words.rate}
        value={settings.rate}
        values={rates}
        show={number}
        change={(rate) => change({ rate })}
      />
      <Slider
        label={words.keys}
        value={settings.keys}
        values={counts}
        show={number}
        change={(keys) => change({ keys })}
      />
      <Slider
        label={words.invalid}
        value={settings.invalidShare}
        values={shares}
        show={percent}
        change={(invalidShare) => change({ invalidShare })}
      />
      <div class="toolbar">
        <button
          type="button"
          class={settings.running ? "" : "primary"}
          onClick={() => apply({ ...settings, running: !settings.running })}
        >
          <Icon name={settings.running ? "stop" : "play"} />
          {settings.running ? words.stop : words.start}
        </button>
        <span class="faint">{words.simulated(number(known.sent))}</span>
      </div>
      {(error ?? known.error) && (
        <p class="bad" role="alert">
          {error ?? known.error}
        </p>
      )}
    </div>
  );
}

const rates = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];
const counts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const shares = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

/** A slider over values that are not evenly spaced. */
function Slider({
  label,
  value,
  values,
  show,
  change,
}: {
  label: string;
  value: number;
  values: readonly number[];
  show: (value: number) => string;
  change: (value: number) => void;
}) {
  const nearest = values.reduce((best, each, index) => (each <= value ? index : best), 0);
  return (
    <label class="slider">
      <span>{label}</span>
      <output>{show(value)}</output>
      <input
        type="range"
        min={0}
        max={values.length - 1}
        step={1}
        value={nearest}
        aria-valuetext={show(value)}
        onChange={({ currentTarget }) => change(values[Number(currentTarget.value)] ?? value)}
      />
    </label>
  );
}
