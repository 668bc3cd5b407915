import { JsonNumber } from "../../../types/text/json";
import { JsonDecimal } from "../document";
import {
  type JsonPath,
  type Path,
  PathNotSupported,
  type PathSubscript,
  PathSyntaxError,
  type Predicate,
} from "./syntax";

const token =
  /\s*(?:(?<string>"(?:[^"]|"")*")|(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<named>\$[A-Za-z_][A-Za-z0-9_]*)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<symbol>\.\.|==|<>|!=|<=|>=|&&|\|\||[-$@.*[\](),?<>!+/%])|(?<unknown>\S))/uy;

interface Token {
  readonly kind: "string" | "number" | "named" | "word" | "symbol" | "unknown" | "end";
  readonly text: string;
  readonly at: number;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== "") {
    token.lastIndex = at;
    const match = token.exec(text);
    const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
    const [kind, value = ""] =
      Object.entries(match?.groups ?? {}).find(([, group]) => group !== undefined) ?? [];
    found.push({ kind: (kind ?? "symbol") as Token["kind"], text: value, at: start });
    at = token.lastIndex;
  }
  return [...found, { kind: "end", text: "<EOF>", at: text.length }];
}

/** What a path may begin with, in the order of Trino's errors, besides numbers, strings and names. */
const first = new Set(["+", "(", "$", "@", "false", "last", "-", "null", "true"]);

const beginsPath = ({ kind, text }: Token): boolean =>
  kind === "string" || kind === "number" || kind === "named" || first.has(text);

const methods = new Set(["abs", "ceiling", "datetime", "double", "floor", "keyvalue", "size", "type"]);

/** Parses a path. @throws PathSyntaxError */
export function parsePath(text: string): JsonPath {
  try {
    return new PathParser(tokens(text)).run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PathSyntaxError("path is too large (stack overflow while parsing)", 1);
  }
}

class PathParser {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  run(): JsonPath {
    const mode = this.next();
    const word = mode.text;
    if (word !== "lax" && word !== "strict")
      throw beginsPath(mode)
        ? new PathSyntaxError(`missing {'lax', 'strict'} at '${word}'`, mode.at + 1)
        : this.unexpected(mode, "{'lax', 'strict'}");
    const root = this.expression();
    const rest = this.next();
    if (rest.kind !== "end")
      throw this.peek.kind === "end"
        ? new PathSyntaxError(`extraneous input '${rest.text}' expecting <EOF>`, rest.at + 1)
        : this.unexpected(rest, "{<EOF>, '+', '*', '/', '%', '.', '..', '[', '?', '-'}");
    return { lax: word === "lax", root };
  }

  private get peek(): Token {
    return this.tokens[this.at] ?? { kind: "end", text: "<EOF>", at: 0 };
  }

  private next(): Token {
    const found = this.peek;
    this.at += 1;
    return found;
  }

  private unexpected({ text, at }: Token, expected?: string): PathSyntaxError {
    const expecting = expected === undefined ? "" : ` expecting ${expected}`;
    return new PathSyntaxError(`mismatched input '${text}'${expecting}`, at + 1);
  }

  private accept(...texts: string[]): string | undefined {
    const { kind, text } = this.peek;
    if ((kind !== "symbol" && kind !== "word") || !texts.includes(text)) return undefined;
    this.at += 1;
    return text;
  }

  private expect(text: string): void {
    if (this.accept(text) === undefined) throw this.unexpected(this.peek, `'${text}'`);
  }

  private expression(): Path {
    let left = this.product();
    for (let operator = this.accept("+", "-"); operator; operator = this.accept("+", "-"))
      left = { kind: "binary", operator, left, right: this.product() };
    return left;
  }

  private product(): Path {
    let left = this.unary();
    for (let operator = this.accept("*", "/", "%"); operator; operator = this.accept("*", "/", "%"))
      left = { kind: "binary", operator, left, right: this.unary() };
    return left;
  }

  private unary(): Path {
    const operator = this.accept("+", "-");
    return operator ? { kind: "unary", operator, base: this.unary() } : this.accessors();
  }

  private accessors(): Path {
    let path = this.primary();
    for (;;) {
      if (this.accept(".")) path = this.member(path);
      else if (this.accept("..")) path = { kind: "descendants", base: path, key: this.key() };
      else if (this.accept("[")) path = this.elements(path);
      else if (this.accept("?")) {
        this.expect("(");
        const predicate = this.predicate();
        this.expect(")");
        path = { kind: "filter", base: path, predicate };
      } else return path;
    }
  }

  private key(): string {
    const { kind } = this.peek;
    if (kind === "word") return this.next().text;
    if (kind === "string") return stringOf(this.next().text);
    throw this.unexpected(this.peek);
  }

  private member(base: Path): Path {
    if (this.accept("*")) return { kind: "member", base };
    const name = this.peek;
    const following = this.tokens[this.at + 1]?.text;
    if (name.kind === "word" && following === "(" && methods.has(name.text)) {
      this.at += 2;
      if (name.text === "datetime" && this.peek.kind === "string") this.next();
      this.expect(")");
      if (name.text === "datetime")
        throw new PathNotSupported("datetime method in JSON path is not yet supported");
      return { kind: "method", base, name: name.text };
    }
    return { kind: "member", base, key: this.key() };
  }

  private elements(base: Path): Path {
    if (this.accept("*")) {
      this.expect("]");
      return { kind: "elements", base };
    }
    const subscripts: PathSubscript[] = [];
    do {
      const from = this.expression();
      subscripts.push(this.accept("to") ? { from, to: this.expression() } : { from });
    } while (this.accept(","));
    this.expect("]");
    return { kind: "elements", base, subscripts };
  }

  private primary(): Path {
    const found = this.next();
    const { kind, text } = found;
    if (kind === "string") return { kind: "literal", value: stringOf(text) };
    if (kind === "number") return { kind: "literal", value: numberOf(text) };
    if (kind === "named") return { kind: "named", name: text.slice(1) };
    if (text === "$") return { kind: "context" };
    if (text === "@") return { kind: "current" };
    if (text === "last") return { kind: "last" };
    if (text === "null") return { kind: "literal", value: null };
    if (text === "true" || text === "false") return { kind: "literal", value: text === "true" };
    if (text === "(") {
      const path = this.expression();
      this.expect(")");
      return path;
    }
    const words = [...first].map((word) => `'${word}'`).join(", ");
    throw this.unexpected(
      found,
      `{${words}, DECIMAL_VALUE, DOUBLE_VALUE, INTEGER_VALUE, STRING, NAMED_VARIABLE}`,
    );
  }

  private predicate(): Predicate {
    let left = this.conjunction();
    while (this.accept("||")) left = { kind: "or", left, right: this.conjunction() };
    return left;
  }

  private conjunction(): Predicate {
    let left = this.negation();
    while (this.accept("&&")) left = { kind: "and", left, right: this.negation() };
    return left;
  }

  private negation(): Predicate {
    if (this.accept("!")) return { kind: "not", base: this.negation() };
    if (this.accept("exists")) {
      this.expect("(");
      const path = this.expression();
      this.expect(")");
      return { kind: "exists", path };
    }
    return this.delimited() ?? this.comparison();
  }

  /** Parses a predicate in parentheses. The parentheses may also enclose an expression. */
  private delimited(): Predicate | undefined {
    const start = this.at;
    if (!this.accept("(")) return undefined;
    try {
      const base = this.predicate();
      this.expect(")");
      if (!this.accept("is")) return base;
      this.expect("unknown");
      return { kind: "isUnknown", base };
    } catch (error) {
      if (!(error instanceof PathSyntaxError)) throw error;
      this.at = start;
      return undefined;
    }
  }

  private comparison(): Predicate {
    const left = this.expression();
    const operator = this.accept("==", "<>", "!=", "<", ">", "<=", ">=");
    if (operator) return { kind: "compare", operator, left, right: this.expression() };
    if (this.accept("starts")) {
      this.expect("with");
      return { kind: "startsWith", value: left, start: this.expression() };
    }
    // Trino parses like_regex, but does not support it.
    if (this.accept("like_regex"))
      throw new PathNotSupported("like_regex predicate in JSON path is not yet supported");
    throw this.unexpected(this.peek);
  }
}

/** The names of the parameters that a path uses. */
export function namedParametersOf(path: JsonPath): string[] {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("kind" in node && node.kind === "named" && "name" in node) names.add(String(node.name));
    for (const child of Object.values(node)) visit(child);
  };
  visit(path);
  return [...names];
}

const stringOf = (text: string): string => text.slice(1, -1).replaceAll('""', '"');

/** A number with an exponent is a double. A number with only a point is a decimal. */
const numberOf = (text: string): JsonNumber =>
  /[eE]/.test(text) || !text.includes(".") ? new JsonNumber(text) : new JsonDecimal(text);
