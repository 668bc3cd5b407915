import type { ComponentChildren } from "preact";

/** A part of a view with its own title, and what can be done with it beside that. */
export const Pane = ({
  title,
  actions,
  class: classes = "",
  children,
}: {
  title: ComponentChildren;
  actions?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}) => (
  <section class={`pane ${classes}`}>
    <header class="pane-head">
      <h2>{title}</h2>
      {actions && <div class="pane-actions">{actions}</div>}
    </header>
    <div class="pane-body">{children}</div>
  </section>
);
