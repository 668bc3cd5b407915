import { cached } from "../../../cached";
import { quoteText } from "../../../quote";
import type { Expr } from "../../bind/tree";
import { callJavaScript } from "../../functions/registry";
import { TrinoError } from "../../types/errors";
import { boolean, varchar } from "../../types/types";
import type { Emission } from "../context";
import { emitExpr } from "../context";
import { stopAtNull } from "../nulls";
import { uncutNameOf } from "./whole";

/**
 * Writes LIKE. Without an escape character, backslashes are ordinary characters in DuckDB and in Trino. DuckDB's LIKE
 * without an ESCAPE clause is much faster than with an empty one.
 */
export function emitLike(expr: Extract<Expr, { kind: "like" }>, emission: Emission): string {
  const { pattern, escape: escapeBy } = expr;
  if (!escapeBy && pattern.kind === "constant" && typeof pattern.value === "string") {
    const start = /^[^%_]*(?=%$)/.exec(pattern.value)?.[0];
    const value =
      (start !== undefined && uncutNameOf(expr.value, [...start].length, emission)) ||
      emitExpr(expr.value, emission);
    return `(${value} LIKE ${quoteText(pattern.value)})`;
  }
  const fn = {
    name: escapeBy ? "like escape" : "like",
    parameters: [varchar, varchar, ...(escapeBy ? [varchar] : [])],
    returns: boolean,
    call: like as never,
  };
  const operands = [expr.value, pattern, ...(escapeBy ? [escapeBy] : [])];
  const parts = stopAtNull(
    operands,
    operands.map((part) => emitExpr(part, emission)),
    emission,
  );
  return callJavaScript(emission, fn, parts);
}

/** The patterns by their escape character. */
const compiled = cached(
  (escapeBy: string | undefined) => cached((pattern: string) => compile(pattern, escapeBy)),
  10,
);

const like = (value: string, pattern: string, escapeBy?: string): boolean =>
  compiled(escapeBy)(pattern).test(value);

function compile(pattern: string, escapeBy: string | undefined): RegExp {
  if (escapeBy !== undefined && [...escapeBy].length !== 1)
    throw new TrinoError("INVALID_FUNCTION_ARGUMENT", "Escape string must be a single character");
  let source = "";
  let escaped = false;
  for (const character of pattern) {
    if (escaped) {
      if (character !== "%" && character !== "_" && character !== escapeBy) throw wrongEscape();
      source += quoted(character);
      escaped = false;
    } else if (character === escapeBy) escaped = true;
    else if (character === "%") source += "[^]*";
    else if (character === "_") source += "[^]";
    else source += quoted(character);
  }
  if (escaped) throw wrongEscape();
  return new RegExp(`^${source}$`, "u");
}

const wrongEscape = () =>
  new TrinoError(
    "INVALID_FUNCTION_ARGUMENT",
    "Escape character must be followed by '%', '_' or the escape character itself",
  );

const quoted = (character: string) => character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
