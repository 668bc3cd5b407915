import { effect, signal } from "@preact/signals";

/** Whether the page can be seen: nothing is read for one that is hidden, behind another tab or minimized. */
export const visible = signal(!document.hidden);
document.addEventListener("visibilitychange", () => {
  visible.value = !document.hidden;
});

/** Resolves when the page can be seen. */
export const seen = (): Promise<void> =>
  new Promise((resolve) => {
    effect(() => {
      if (visible.value) resolve();
    });
  });
