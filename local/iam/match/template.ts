import type { CallContext } from "./context";

/** A part of a policy's value. */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  /** The wildcard `*`. */
  | { readonly kind: "any" }
  /** The wildcard `?`. */
  | { readonly kind: "one" }
  | { readonly kind: "variable"; readonly key: string; readonly fallback?: string };

/**
 * Parses a value of a policy, which is text with wildcards and variables. `${*}`, `${?}` and `${$}` stand for the
 * literal characters.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 *
 * @param variables Whether the policy's version supports variables.
 */
export function parsePolicyTemplate(value: string, variables: boolean): readonly TemplatePart[] {
  const tokens: TemplatePart[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") tokens.push({ kind: "text", text });
    text = "";
  };
  for (let at = 0; at < value.length; ) {
    const variable = variables ? /^\$\{([^{}]*)\}/.exec(value.slice(at)) : null;
    if (variable) {
      const [whole, inner = ""] = variable;
      at += whole.length;
      if (inner === "*" || inner === "?" || inner === "$") {
        text += inner;
        continue;
      }
      flush();
      const [, key = "", fallback] = /^\s*([^,]*[^,\s])\s*(?:,\s*'([^']*)'\s*)?$/.exec(inner) ?? [];
      tokens.push({ kind: "variable", key: key || inner, ...(fallback !== undefined && { fallback }) });
      continue;
    }
    const sign = value[at++] ?? "";
    if (sign !== "*" && sign !== "?") {
      text += sign;
      continue;
    }
    flush();
    tokens.push({ kind: sign === "*" ? "any" : "one" });
  }
  flush();
  return tokens;
}

/** Replaces variables by the request's values. Returns undefined when a variable has no value. */
export function resolve(
  tokens: readonly TemplatePart[],
  context: CallContext,
): readonly TemplatePart[] | undefined {
  if (!tokens.some(({ kind }) => kind === "variable")) return tokens;
  const resolved: TemplatePart[] = [];
  for (const token of tokens) {
    if (token.kind !== "variable") {
      resolved.push(token);
      continue;
    }
    const values = context.get(token.key);
    // A variable must have exactly one value.
    const text = values?.length === 1 ? values[0] : token.fallback;
    if (text === undefined) return undefined;
    resolved.push({ kind: "text", text });
  }
  return resolved;
}

/** The text of a value in which wildcards have no special meaning. */
export function plainText(tokens: readonly TemplatePart[]): string {
  return tokens
    .map((token) =>
      token.kind === "text" ? token.text : token.kind === "any" ? "*" : token.kind === "one" ? "?" : "",
    )
    .join("");
}

const quoted = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** A pattern in which `*` matches any text and `?` any character. */
export function glob(tokens: readonly TemplatePart[], flags = ""): RegExp {
  return new RegExp(`^${globSource(tokens)}$`, `s${flags}`);
}

/**
 * The source of a pattern. Text after a `*` is matched only at its first occurrence, without backtracking, because
 * several wildcards would otherwise take exponential time. JavaScript has no atomic groups, so each is emulated by a
 * lookahead and a back-reference.
 */
function globSource(tokens: readonly TemplatePart[]): string {
  const parts = [""];
  for (const token of tokens) {
    if (token.kind === "any") parts.push("");
    else parts[parts.length - 1] += token.kind === "text" ? quoted(token.text) : ".";
  }
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      if (index === 0) return part;
      return index === last ? `.*${part}` : `(?=(.*?${part}))\\${index}`;
    })
    .join("");
}

/**
 * A pattern for ARNs. A wildcard matches only within its part of the ARN, except in the last part, the resource, where
 * it matches anything.
 *
 * @param crossing Whether a `*` at the end of a part also matches the following parts, and missing parts match
 *   anything, as in `Resource`:
 *   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function arnPattern(tokens: readonly TemplatePart[], crossing: boolean): RegExp {
  const [first] = tokens;
  if (first?.kind !== "text" || !first.text.startsWith("arn:")) return glob(tokens);
  let colons = 0;
  let source = "";
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (token.kind === "text") {
      colons += token.text.split(":").length - 1;
      source += quoted(token.text);
      if (colons >= 5) return new RegExp(`^${source}${globSource(tokens.slice(index + 1))}$`, "s");
    } else if (token.kind === "one") source += "[^:]";
    else {
      const endsPart = next === undefined || (next.kind === "text" && next.text.startsWith(":"));
      source += crossing && endsPart ? ".*" : "[^:]*";
    }
  }
  return new RegExp(`^${source}${crossing ? "(?::.*)?" : ""}$`, "s");
}
