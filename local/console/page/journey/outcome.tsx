import type { JourneyHead } from "../../api";
import { Icon } from "../parts/icon";
import { text } from "../text";

const looks = {
  "under way": ["unknown", "faint"],
  delivered: ["ok", "good"],
  rejected: ["warning", "warn"],
  failed: ["no", "bad"],
  filtered: ["filter", "faint"],
  unread: ["unknown", "faint"],
} as const;

export function OutcomeMark({ outcome }: { outcome: JourneyHead["outcome"] }) {
  const [icon, tone] = looks[outcome];
  return (
    <span class={`state ${tone}`}>
      <Icon name={icon} />
      {text().journey.outcomes[outcome]}
    </span>
  );
}
