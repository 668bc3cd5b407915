import type { JsonNumber } from "../../../types/text/json";

/**
 * The path language of SQL/JSON, such as `lax $.items[*] ? (@.qty > $limit)`.
 *
 * @see https://trino.io/docs/current/functions/json.html#json-path-language
 */
export interface JsonPath {
  readonly lax: boolean;
  readonly root: Path;
}

export type Path =
  | { readonly kind: "context" }
  | { readonly kind: "current" }
  | { readonly kind: "last" }
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "literal"; readonly value: null | boolean | string | JsonNumber }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Path; readonly right: Path }
  | { readonly kind: "unary"; readonly operator: string; readonly base: Path }
  /** Without a key, the path leads to every member. */
  | { readonly kind: "member"; readonly base: Path; readonly key?: string }
  | { readonly kind: "descendants"; readonly base: Path; readonly key: string }
  /** Without subscripts, the path leads to every element. */
  | { readonly kind: "elements"; readonly base: Path; readonly subscripts?: readonly PathSubscript[] }
  | { readonly kind: "filter"; readonly base: Path; readonly predicate: Predicate }
  | { readonly kind: "method"; readonly base: Path; readonly name: string };

export interface PathSubscript {
  readonly from: Path;
  readonly to?: Path;
}

export type Predicate =
  | { readonly kind: "compare"; readonly operator: string; readonly left: Path; readonly right: Path }
  | { readonly kind: "and" | "or"; readonly left: Predicate; readonly right: Predicate }
  | { readonly kind: "not" | "isUnknown"; readonly base: Predicate }
  | { readonly kind: "exists"; readonly path: Path }
  | { readonly kind: "startsWith"; readonly value: Path; readonly start: Path };

/** The error for an invalid path, with its position in the path's text, counted from 1. */
export class PathSyntaxError extends Error {
  constructor(
    message: string,
    readonly column: number,
  ) {
    super(message);
  }
}

/** The error for syntax that Trino's grammar of paths includes, but Trino does not support. */
export class PathNotSupported extends Error {}
