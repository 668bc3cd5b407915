import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/**
 * A part of a view with a title and actions beside the title. It takes the focus when the focused element inside it is
 * removed.
 */
export function Pane({
  title,
  actions,
  class: classes = "",
  children,
}: {
  title: ComponentChildren;
  actions?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={`pane ${classes}`} tabIndex={-1} aria-labelledby={id}>
      <header class="pane-head">
        <h2 id={id}>{title}</h2>
        {actions && <div class="pane-actions">{actions}</div>}
      </header>
      <div class="pane-body">{children}</div>
    </section>
  );
}
