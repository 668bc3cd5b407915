/**
 * Terraform's expressions as they stand in `cdk.tf.json`: every string is a template, `${…}` interpolates,
 * `$${` and `%%{` are escapes, and a string that is one interpolation keeps the type of its expression.
 *
 * https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
 * https://developer.hashicorp.com/terraform/language/expressions
 */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "template"; readonly parts: readonly Expression[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "root"; readonly name: string }
  | { readonly kind: "attribute"; readonly of: Expression; readonly name: string }
  | { readonly kind: "index"; readonly of: Expression; readonly key: Expression }
  | { readonly kind: "splat"; readonly of: Expression; readonly names: readonly string[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "if"; readonly test: Expression; readonly then: Expression; readonly else: Expression };

const precedence: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "%": 6,
};

/**
 * Parses a string of Terraform JSON as the template it is.
 *
 * @throws Error that says what was expected and where, for a template or expression it can't read.
 */
export function parseTemplate(text: string): Expression {
  const parser = new Parser(text);
  const parts = parser.template();
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  return parts.length === 0 ? { kind: "literal", value: "" } : { kind: "template", parts };
}

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  /** The parts of a template up to its end, or up to the closing quote of a quoted one. */
  template(quoted = false): Expression[] {
    const parts: Expression[] = [];
    let literal = "";
    const close = () => {
      if (literal) parts.push({ kind: "literal", value: literal });
      literal = "";
    };
    while (this.at < this.text.length) {
      const rest = (length: number) => this.text.substr(this.at, length);
      if (rest(3) === "$${" || rest(3) === "%%{") {
        literal += rest(3).slice(1);
        this.at += 3;
      } else if (rest(2) === "${") {
        close();
        this.at += rest(3) === "${~" ? 3 : 2;
        parts.push(this.expression());
        if (this.peek() === "~") this.at++;
        this.expect("}");
      } else if (rest(2) === "%{") {
        throw this.error("template directives %{…} are not supported");
      } else if (quoted && rest(1) === '"') {
        this.at++;
        close();
        return parts;
      } else if (quoted && rest(1) === "\\") {
        literal += this.escape();
      } else {
        literal += this.text[this.at++];
      }
    }
    if (quoted) throw this.error('expected a closing "');
    close();
    return parts;
  }

  private escape(): string {
    const [match = "", unicode] = /^\\(?:u([0-9a-fA-F]{4})|.)/.exec(this.text.slice(this.at)) ?? [];
    this.at += match.length;
    if (unicode) return String.fromCharCode(Number.parseInt(unicode, 16));
    return { n: "\n", r: "\r", t: "\t" }[match[1] ?? ""] ?? match[1] ?? "";
  }

  private expression(): Expression {
    const test = this.binary(1);
    if (this.peek() !== "?") return test;
    this.expect("?");
    const then = this.expression();
    this.expect(":");
    return { kind: "if", test, then, else: this.expression() };
  }

  private binary(level: number): Expression {
    let left = this.unary();
    for (;;) {
      const operator = /^(\|\||&&|==|!=|<=|>=|[<>+\-*/%])/.exec(this.skip())?.[0];
      const rank = operator ? precedence[operator] : undefined;
      if (!operator || !rank || rank < level) return left;
      this.at += operator.length;
      left = { kind: "binary", operator, left, right: this.binary(rank + 1) };
    }
  }

  private unary(): Expression {
    const next = this.peek();
    if (next !== "!" && next !== "-") return this.postfix(this.primary());
    this.at++;
    return { kind: "unary", operator: next, operand: this.unary() };
  }

  private primary(): Expression {
    const next = this.peek();
    if (next === '"') {
      this.at++;
      const parts = this.template(true);
      const [only] = parts;
      return parts.length === 1 && only?.kind === "literal" ? only : { kind: "template", parts };
    }
    if (next === "(") {
      this.at++;
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (next === "[") return { kind: "list", items: this.items("[", "]") };
    if (next === "{") return this.object();
    const number = /^\d+(\.\d+)?([eE][+-]?\d+)?/.exec(this.skip())?.[0];
    if (number) {
      this.at += number.length;
      return { kind: "literal", value: Number(number) };
    }
    const name = this.name();
    if (name === "true" || name === "false") return { kind: "literal", value: name === "true" };
    if (name === "null") return { kind: "literal", value: null };
    return this.peek() === "(" ? { kind: "call", name, args: this.items("(", ")") } : { kind: "root", name };
  }

  private postfix(base: Expression): Expression {
    let of = base;
    for (;;) {
      const rest = this.text.slice(this.at);
      const splat = /^(\[\*\]|\.\*)/.exec(rest)?.[0];
      if (splat) {
        this.at += splat.length;
        const names: string[] = [];
        while (/^\.[A-Za-z_]/.test(this.text.slice(this.at))) {
          this.at++;
          names.push(this.name());
        }
        of = { kind: "splat", of, names };
      } else if (rest.startsWith("[")) {
        this.at++;
        const key = this.expression();
        this.expect("]");
        of = { kind: "index", of, key };
      } else if (/^\.\d/.test(rest)) {
        const digits = /^\.(\d+)/.exec(rest)?.[1] ?? "";
        this.at += digits.length + 1;
        of = { kind: "index", of, key: { kind: "literal", value: Number(digits) } };
      } else if (rest.startsWith(".")) {
        this.at++;
        of = { kind: "attribute", of, name: this.name() };
      } else {
        return of;
      }
    }
  }

  private items(open: string, close: string): Expression[] {
    this.expect(open);
    const items: Expression[] = [];
    while (this.peek() !== close) {
      if (/^for\s/.test(this.skip())) throw this.error('"for" expressions are not supported');
      items.push(this.expression());
      if (this.peek() !== close) this.expect(",");
    }
    this.expect(close);
    return items;
  }

  private object(): Expression {
    this.expect("{");
    const entries: (readonly [Expression, Expression])[] = [];
    while (this.peek() !== "}") {
      if (/^for\s/.test(this.skip())) throw this.error('"for" expressions are not supported');
      const bare = /^([A-Za-z_][\w-]*)\s*[=:]/.exec(this.skip())?.[1];
      const key: Expression = bare ? { kind: "literal", value: this.name() } : this.expression();
      if (this.peek() !== "=") this.expect(":");
      else this.at++;
      entries.push([key, this.expression()]);
      if (this.peek() === ",") this.at++;
    }
    this.expect("}");
    return { kind: "object", entries };
  }

  private name(): string {
    const name = /^[A-Za-z_][\w-]*/.exec(this.skip())?.[0];
    if (!name) throw this.error("expected an expression");
    this.at += name.length;
    return name;
  }

  /** Steps over white space and returns what is left. */
  private skip(): string {
    while (/\s/.test(this.text[this.at] ?? "")) this.at++;
    return this.text.slice(this.at);
  }

  private peek(): string | undefined {
    this.skip();
    return this.text[this.at];
  }

  private expect(token: string): void {
    if (this.peek() !== token) throw this.error(`expected "${token}"`);
    this.at++;
  }

  private error(what: string): Error {
    return new Error(`${what} at character ${this.at + 1}`);
  }
}
