import { language } from "../app/preferences";
import { english, type Text } from "./english";
import { spanish } from "./spanish";

const texts: Readonly<Record<typeof language.value, Text>> = { en: english, es: spanish };

/** All texts in the current language. */
export const text = (): Text => texts[language.value];
