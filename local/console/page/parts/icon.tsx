import { icons } from "@iconify-json/lucide/icons.json";
import { lucideNames } from "../icons";

export type IconName = keyof typeof lucideNames;

/** A decorative icon beside a text that says the same. Screen readers skip it. */
export function Icon({ name, class: classes = "" }: { name: IconName; class?: string }) {
  return (
    <svg
      class={`icon ${classes}`}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
      dangerouslySetInnerHTML={{ __html: icons[lucideNames[name]].body }}
    />
  );
}
