import { useEffect, useRef, useState } from "preact/hooks";
import type { AlarmDetail } from "../../api";
import { live } from "../app/live";
import { AlarmBadge } from "../parts/alarm-state";
import { Empty } from "../parts/empty";
import { Facts } from "../parts/facts";
import { Icon } from "../parts/icon";
import { Loaded, useResource } from "../parts/resource";
import { text } from "../text";
import { dateTime, number } from "../text/format";

const order = { ALARM: 0, OK: 1, INSUFFICIENT_DATA: 2 } as const;

/** The stack's alarms, with those in the state ALARM first. */
export function Alarms({ named }: { named: string | undefined }) {
  const words = text().metrics;
  const alarms = useResource<readonly AlarmDetail[]>("/alarms", 3_000);
  const [only, setOnly] = useState<"all" | "ringing">("all");
  return (
    <Loaded resource={alarms}>
      {(all) => {
        if (all.length === 0) return <Empty icon="alarm" title={words.noAlarms} />;
        const now = all.map((alarm) => ({ ...alarm, state: live.value?.alarms[alarm.name] ?? alarm.state }));
        const shown = now
          .filter(({ state }) => only === "all" || state === "ALARM")
          .toSorted(
            (one, other) => order[one.state] - order[other.state] || one.name.localeCompare(other.name),
          );
        return (
          <>
            <fieldset class="segments alarm-filter">
              <legend class="hidden">{words.state}</legend>
              {(["all", "ringing"] as const).map((each) => (
                <button key={each} type="button" aria-pressed={only === each} onClick={() => setOnly(each)}>
                  {words[each]} (
                  {number(each === "all" ? all.length : now.filter(({ state }) => state === "ALARM").length)})
                </button>
              ))}
            </fieldset>
            <ul class="pane alarms">
              {shown.map((alarm) => (
                <li key={alarm.name}>
                  <Alarm alarm={alarm} open={alarm.name === named} />
                </li>
              ))}
            </ul>
          </>
        );
      }}
    </Loaded>
  );
}

function Alarm({ alarm, open }: { alarm: AlarmDetail; open: boolean }) {
  const words = text().metrics;
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (!open || element.current === null) return;
    element.current.open = true;
    element.current.scrollIntoView({ block: "nearest" });
  }, [open]);
  const { name, state, description, condition, topics, history, address } = alarm;
  return (
    <details ref={element}>
      <summary>
        <Icon name="chevron" class="twist" />
        <span class="alarm-name">{name}</span>
        <code class="faint alarm-condition">{condition}</code>
        <AlarmBadge state={state} />
      </summary>
      <div class="alarm-body">
        {description && <p>{description}</p>}
        <Facts
          facts={[
            [words.condition, <code key="condition">{condition}</code>],
            ...(topics.length > 0 ? [[words.topics, topics.join(", ")] as const] : []),
            ["Terraform", <code key="address">{address}</code>],
          ]}
        />
        <h3>{words.history}</h3>
        {history.length === 0 ? (
          <p class="faint">{words.noHistory}</p>
        ) : (
          <ol class="alarm-history">
            {history.map(({ time, from, to, value }) => (
              <li key={`${time} ${to}`} class="alarm-change">
                <time class="mono faint">{dateTime(time)}</time>
                <span>{words.change(stateName(from), stateName(to))}</span>
                {value !== undefined && <span class="faint">{words.value(number(value))}</span>}
              </li>
            ))}
          </ol>
        )}
      </div>
    </details>
  );
}

const stateName = (state: string): string =>
  (text().alarmStates as Readonly<Record<string, string>>)[state] ?? state;
