import { Icon } from "../parts/icon";
import { text } from "../text";
import { connection, live } from "./live";

/** A notice that concerns every view: the runner is gone, or counts do not add up. */
export function Banner() {
  const { shell, pipeline } = text();
  if (connection.value === "gone")
    return (
      <div class="banner bad" role="alert">
        <Icon name="warning" />
        <p>
          <strong>{shell.goneTitle}.</strong> {shell.gone}
        </p>
      </div>
    );
  if (connection.value === "refused")
    return (
      <div class="banner bad" role="alert">
        <Icon name="warning" />
        <p>
          <strong>{shell.refusedTitle}.</strong> {shell.refused}
        </p>
      </div>
    );
  const discrepancies = live.value?.discrepancies ?? [];
  if (discrepancies.length === 0) return null;
  return (
    <div class="banner bad" role="alert">
      <Icon name="warning" />
      <p>
        <strong>{pipeline.discrepancies}.</strong> {discrepancies.join(" ")}
      </p>
    </div>
  );
}
