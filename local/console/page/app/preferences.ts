import { effect, signal } from "@preact/signals";

export const languages = ["en", "es"] as const;
export type Language = (typeof languages)[number];
/** `system` follows the browser's setting. */
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

function preference<T extends string>(key: string, choices: readonly T[], otherwise: T) {
  const before = localStorage.getItem(key);
  const chosen = signal<T>(choices.find((each) => each === before) ?? otherwise);
  // A default is not stored, so that it keeps following the browser.
  effect(() => {
    if (chosen.value !== (localStorage.getItem(key) ?? otherwise)) localStorage.setItem(key, chosen.value);
  });
  return chosen;
}

const [spoken = "en"] = (navigator.language ?? "en").split("-");

export const language = preference<Language>("console-language", languages, spoken === "es" ? "es" : "en");
export const theme = preference<Theme>("console-theme", themes, "system");

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(systemDark.matches);
systemDark.addEventListener("change", ({ matches }) => {
  systemIsDark.value = matches;
});

/** Whether the dark theme is on the screen now, for parts that draw with colours of their own. */
export const isDark = (): boolean => (theme.value === "system" ? systemIsDark.value : theme.value === "dark");

effect(() => {
  document.documentElement.lang = language.value;
});
effect(() => {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});
