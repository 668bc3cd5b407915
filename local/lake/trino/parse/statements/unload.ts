import type { Unload } from "../ast";
import type { Grammar } from "../grammar";
import { TokenType } from "../text/lexer";
import { optionalProperties } from "./clauses";

/** UNLOAD exists only in Athena, so it is not a keyword of Trino's. */
export const isUnload = (g: Grammar): boolean =>
  g.token.type === TokenType.name && g.token.text.toUpperCase() === "UNLOAD";

/** https://docs.aws.amazon.com/athena/latest/ug/unload.html */
export const unload = (g: Grammar): Unload => {
  const { at } = g.advance();
  const query = g.parenthesized(() => g.query());
  g.expect("TO");
  const location = g.string();
  return { kind: "Unload", ...at, query, location, properties: optionalProperties(g) };
};
