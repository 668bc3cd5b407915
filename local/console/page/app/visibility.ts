import { effect, signal } from "@preact/signals";

/** Whether the page is visible. A hidden page, such as one in a background tab or a minimized window, reads nothing. */
export const visible = signal(!document.hidden);
document.addEventListener("visibilitychange", () => {
  visible.value = !document.hidden;
});

/** Resolves when the page is visible. */
export const seen = (): Promise<void> =>
  new Promise((resolve) => {
    effect(() => {
      if (visible.value) resolve();
    });
  });
