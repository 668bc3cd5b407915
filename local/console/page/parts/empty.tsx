import type { ComponentChildren } from "preact";
import { Command } from "./command";
import { Icon, type IconName } from "./icon";

/** Says that there is nothing to show yet, and what to do about it. */
export const Empty = ({
  icon,
  title,
  command,
  children,
}: {
  icon: IconName;
  title: string;
  command?: string;
  children?: ComponentChildren;
}) => (
  <div class="empty">
    <Icon name={icon} />
    <p class="empty-title">{title}</p>
    <div class="empty-text">{children}</div>
    {command && <Command text={command} />}
  </div>
);
