import type { ComponentChildren } from "preact";

/** A frame that scrolls its content. It can be focused, so that the arrow keys scroll it. */
export const Scroll = ({
  label,
  class: classes = "",
  children,
}: {
  label: string | undefined;
  class?: string;
  children: ComponentChildren;
}) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
  <section class={`scroll ${classes}`} aria-label={label} tabIndex={0}>
    {children}
  </section>
);
