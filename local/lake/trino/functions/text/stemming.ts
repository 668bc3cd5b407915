import { createRequire } from "node:module";
import { TrinoError } from "../../types/errors";
import { invalid } from "../errors";
import { type Family, plain } from "../implementation";

/** https://trino.io/docs/current/functions/string.html#word_stem */
interface Stemmer {
  stem(word: string): string;
}

/** Snowball's algorithms by the languages' codes. Trino has Lithuanian (`lt`) as well, which the library has not. */
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

const stemmers = new Map<string, Stemmer>();

/** The library is large, so it's read when a statement first stems a word. */
function stemmerOf(language: string): Stemmer {
  let stemmer = stemmers.get(language);
  if (!stemmer) {
    const algorithm = Object.hasOwn(algorithms, language) ? algorithms[language] : undefined;
    if (language === "lt")
      throw new TrinoError("NOT_SUPPORTED", "word_stem of Lithuanian is not supported here");
    if (algorithm === undefined) throw invalid(`Unknown stemmer language: ${language}`);
    const library = createRequire(__filename)("snowball-stemmers") as { newStemmer(name: string): Stemmer };
    stemmer = library.newStemmer(algorithm);
    stemmers.set(language, stemmer);
  }
  return stemmer;
}

export const stemming: Family = {
  word_stem: plain((word: string, language = "en") => stemmerOf(language).stem(word)),
};
