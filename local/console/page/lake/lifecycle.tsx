import type { ObjectDetail } from "../../api";
import { text } from "../text";
import { date, inDays } from "../text/format";

/** What the bucket's rules will do with an object, as sentences. */
export function Lifecycle({ steps }: { steps: ObjectDetail["lifecycle"] }) {
  const words = text().lake;
  if (steps.length === 0) return <p>{words.noLifecycle}</p>;
  return (
    <ul class="lifecycle">
      {steps.map(({ action, storageClass = "", at, rule }) => (
        <li key={`${action} ${at} ${storageClass}`}>
          {action === "transition"
            ? words.transition(storageClass, inDays(at), date(at))
            : words.expire(inDays(at), date(at))}{" "}
          <span class="faint">{words.rule(rule)}</span>
        </li>
      ))}
    </ul>
  );
}
