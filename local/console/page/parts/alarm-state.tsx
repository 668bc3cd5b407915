import type { AlarmDetail } from "../../api";
import { text } from "../text";
import { Icon } from "./icon";

const looks = {
  OK: ["ok", "good"],
  ALARM: ["alarm", "bad"],
  INSUFFICIENT_DATA: ["unknown", "faint"],
} as const;

export function AlarmBadge({ state }: { state: AlarmDetail["state"] }) {
  const [icon, tone] = looks[state];
  return (
    <span class={`state ${tone}`}>
      <Icon name={icon} />
      {text().alarmStates[state]}
    </span>
  );
}
