import type { Context } from "./context";

/** A part of a value in a policy. */
export type Token =
  | { readonly kind: "text"; readonly text: string }
  /** `*` */
  | { readonly kind: "any" }
  /** `?` */
  | { readonly kind: "one" }
  | { readonly kind: "variable"; readonly key: string; readonly fallback?: string };

/**
 * A value of a policy: text with wildcards and variables. `${*}`, `${?}` and `${$}` are the signs themselves.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 *
 * @param variables Whether the policy's version knows them.
 */
export function parseTemplate(value: string, variables: boolean): readonly Token[] {
  const tokens: Token[] = [];
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

/** The tokens with the request's values for variables; undefined when one has none. */
export function resolve(tokens: readonly Token[], context: Context): readonly Token[] | undefined {
  if (!tokens.some(({ kind }) => kind === "variable")) return tokens;
  const resolved: Token[] = [];
  for (const token of tokens) {
    if (token.kind !== "variable") {
      resolved.push(token);
      continue;
    }
    const values = context.get(token.key);
    // A key of several values can't stand in a text.
    const text = values?.length === 1 ? values[0] : token.fallback;
    if (text === undefined) return undefined;
    resolved.push({ kind: "text", text });
  }
  return resolved;
}

/** What is meant where wildcards are ordinary signs. */
export function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) =>
      token.kind === "text" ? token.text : token.kind === "any" ? "*" : token.kind === "one" ? "?" : "",
    )
    .join("");
}

const quoted = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Any text matches `*`, any sign `?`. */
export function glob(tokens: readonly Token[], flags = ""): RegExp {
  return new RegExp(`^${globSource(tokens)}$`, `s${flags}`);
}

/**
 * What stands behind a `*` is taken where it is found first, and no other place is tried: many wildcards would otherwise
 * take exponential time. JavaScript has no atomic groups, for which a lookahead and a reference to it stand.
 */
function globSource(tokens: readonly Token[]): string {
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
 * ARNs, part by part: a wildcard stays in its part, and in the last one, the resource, it matches anything.
 *
 * @param crossing Whether a `*` at the end of a part also matches the parts behind it, and parts that are missing match
 *   anything, as in `Resource`:
 *   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function arnPattern(tokens: readonly Token[], crossing: boolean): RegExp {
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
