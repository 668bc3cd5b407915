import { createRequire } from "node:module";
import { cached } from "../../../cached";
import { TrinoError } from "../../types/errors";
import { invalid } from "../errors";
import { type Family, plain } from "../implementation";

/** https://trino.io/docs/current/functions/string.html#word_stem */
interface Stemmer {
  stem(word: string): string;
}

/**
 * Snowball's algorithms by their language codes. Trino also has Lithuanian (`lt`), which the library does not support.
 */
const algorithms: Readonly<Record<string, string>> = {
  ca: "catalan",
  da: "danish",
  de: "german",
  en: "english",
  es: "spanish",
  eu: "basque",
  fi: "finnish",
  fr: "french",
  hu: "hungarian",
  hy: "armenian",
  ir: "irish",
  it: "italian",
  nl: "dutch",
  no: "norwegian",
  pt: "portuguese",
  ro: "romanian",
  ru: "russian",
  sv: "swedish",
  tr: "turkish",
};

/** The library is large, so it is loaded when a statement first needs it. */
const stemmerOf = cached((language: string): Stemmer => {
  const algorithm = Object.hasOwn(algorithms, language) ? algorithms[language] : undefined;
  if (language === "lt")
    throw new TrinoError("NOT_SUPPORTED", "word_stem of Lithuanian is not supported here");
  if (algorithm === undefined) throw invalid(`Unknown stemmer language: ${language}`);
  const library = createRequire(__filename)("snowball-stemmers") as { newStemmer(name: string): Stemmer };
  return library.newStemmer(algorithm);
});

export const stemming: Family = {
  word_stem: plain((word: string, language = "en") => stemmerOf(language).stem(word)),
};
