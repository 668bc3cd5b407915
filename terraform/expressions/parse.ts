import { numberOf } from "../values";
import { BigFloat } from "./big-float";
import type { ForExpression, TerraformExpression } from "./expression";

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
 * Parses a string of Terraform JSON as a template.
 *
 * @throws Error that says what was expected and where, for an invalid or unsupported template.
 */
export function parseTemplate(text: string): TerraformExpression {
  return templateOf(new Parser(text).template());
}

/** Parses a single expression, such as the type of a variable or a value from the command line. @throws Error */
export function parseTerraform(text: string): TerraformExpression {
  const parser = new Parser(text);
  const expression = parser.expression();
  parser.expectEnd();
  return expression;
}

/** Parses a file of assignments, such as `terraform.tfvars`. @throws Error */
export function parseAssignments(text: string): readonly (readonly [string, TerraformExpression])[] {
  return new Parser(text).assignments();
}

class Parser {
  private at = 0;
  /** Whether the white space that follows is removed, as after `~}`. */
  private trims = false;

  constructor(private readonly text: string) {}

  /** Parses a template up to its end or, when it is quoted, up to the closing quote. */
  template(quoted = false): TerraformExpression[] {
    return this.templateUntil(quoted, []).parts;
  }

  /** @param ends Directives that end the template, such as `endif`. Without them, it ends at the end of the text. */
  private templateUntil(
    quoted: boolean,
    ends: readonly string[],
  ): { readonly parts: TerraformExpression[]; readonly end: string } {
    const parts: TerraformExpression[] = [];
    let literal = "";
    const close = () => {
      if (literal) parts.push({ kind: "literal", value: literal });
      literal = "";
    };
    while (this.at < this.text.length) {
      const rest = (length: number) => this.text.substring(this.at, this.at + length);
      const [space] = (this.trims && (quoted ? /^(?:\s|\\[nrt])/ : /^\s/).exec(rest(2))) || [];
      if (space) {
        this.at += space.length;
        continue;
      }
      this.trims = false;
      if (rest(3) === "$${" || rest(3) === "%%{") {
        literal += rest(3).slice(1);
        this.at += 3;
      } else if (rest(2) === "${") {
        if (rest(3) === "${~") literal = literal.trimEnd();
        this.at += rest(3) === "${~" ? 3 : 2;
        close();
        parts.push(this.expression());
        this.closeSequence();
      } else if (rest(2) === "%{") {
        if (rest(3) === "%{~") literal = literal.trimEnd();
        this.at += rest(3) === "%{~" ? 3 : 2;
        close();
        const word = this.name();
        if (ends.includes(word)) {
          this.closeSequence();
          return { parts, end: word };
        }
        parts.push(this.directive(word, quoted));
      } else if (quoted && rest(1) === '"') {
        if (ends.length > 0) break;
        this.at++;
        close();
        return { parts, end: "" };
      } else if (quoted && rest(1) === "\\") {
        literal += this.escape();
      } else if (quoted && rest(1) === "\n") {
        throw this.error("a string must end on the line where it begins");
      } else {
        literal += this.text[this.at++];
      }
    }
    if (ends.length > 0) throw this.error(`expected %{ ${ends.at(-1)} }`);
    if (quoted) throw this.error('expected "');
    close();
    return { parts, end: "" };
  }

  /**
   * Parses the rest of a `%{ if … }` or `%{ for … }` after its keyword, up to the directive that ends it.
   *
   * https://developer.hashicorp.com/terraform/language/expressions/strings#directives
   */
  private directive(word: string, quoted: boolean): TerraformExpression {
    if (word === "if") {
      const test = this.expression();
      this.closeSequence();
      const { parts, end } = this.templateUntil(quoted, ["else", "endif"]);
      const then: TerraformExpression = { kind: "template", parts };
      const otherwise = end === "else" ? this.templateUntil(quoted, ["endif"]).parts : [];
      return { kind: "if", test, then, else: { kind: "template", parts: otherwise } };
    }
    if (word !== "for") throw this.error(`%{ ${word} } stands alone`);
    const names = this.iterator();
    this.closeSequence();
    const { parts } = this.templateUntil(quoted, ["endfor"]);
    const then: TerraformExpression = { kind: "template", parts };
    const texts: TerraformExpression = { kind: "for", ...names, then, group: false };
    return { kind: "call", name: "join", args: [{ kind: "literal", value: "" }, texts], expand: false };
  }

  /** Parses the end of an interpolation or a directive. */
  private closeSequence(): void {
    const trims = this.peek() === "~";
    if (trims) this.at++;
    this.expect("}");
    this.trims = trims;
  }

  assignments(): (readonly [string, TerraformExpression])[] {
    const found: (readonly [string, TerraformExpression])[] = [];
    while (this.peek() !== undefined) {
      const name = this.name();
      this.expect("=");
      found.push([name, this.expression()]);
    }
    return found;
  }

  expression(): TerraformExpression {
    const test = this.binary(1);
    if (this.peek() !== "?") return test;
    this.expect("?");
    const then = this.expression();
    this.expect(":");
    return { kind: "if", test, then, else: this.expression() };
  }

  expectEnd(): void {
    if (this.peek() !== undefined) throw this.error("expected the end");
  }

  private escape(): string {
    const [match = "", four, eight, letter] =
      /^\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([nrt"\\]))/.exec(this.text.slice(this.at)) ?? [];
    if (match === "") throw this.error("there is no such escape sequence");
    this.at += match.length;
    const code = four ?? eight;
    if (code) return String.fromCodePoint(Number.parseInt(code, 16));
    return { n: "\n", r: "\r", t: "\t" }[letter ?? ""] ?? letter ?? "";
  }

  private binary(level: number): TerraformExpression {
    let left = this.unary();
    for (;;) {
      const operator = /^(\|\||&&|==|!=|<=|>=|[<>+\-*/%])/.exec(this.skip())?.[0];
      const rank = operator ? precedence[operator] : undefined;
      if (!operator || !rank || rank < level) return left;
      this.at += operator.length;
      left = { kind: "binary", operator, left, right: this.binary(rank + 1) };
    }
  }

  private unary(): TerraformExpression {
    const next = this.peek();
    if (next !== "!" && next !== "-") return this.postfix(this.primary());
    this.at++;
    return { kind: "unary", operator: next, operand: this.unary() };
  }

  private primary(): TerraformExpression {
    const next = this.peek();
    if (next === '"') {
      this.at++;
      return templateOf(this.template(true));
    }
    if (next === "(") {
      this.at++;
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (next === "[") return this.list();
    if (next === "{") return this.object();
    if (this.skip().startsWith("<<")) return this.heredoc();
    const number = /^\d+(\.\d+)?([eE][+-]?\d+)?/.exec(this.skip())?.[0];
    if (number) return this.number(number);
    const name = this.name();
    if (name === "true" || name === "false") return { kind: "literal", value: name === "true" };
    if (name === "null") return { kind: "literal", value: null };
    return this.peek() === "(" ? this.call(name) : { kind: "root", name };
  }

  private number(text: string): TerraformExpression {
    this.at += text.length;
    return { kind: "literal", value: numberOf(BigFloat.parse(text)) };
  }

  /** https://developer.hashicorp.com/terraform/language/expressions/strings#heredoc-strings */
  private heredoc(): TerraformExpression {
    const [head, indented, mark = ""] = /^<<(-?)([A-Za-z_]\w*)\r?\n/.exec(this.text.slice(this.at)) ?? [];
    if (head === undefined) throw this.error("expected a heredoc");
    const start = this.at + head.length;
    const end = new RegExp(`^[ \\t]*${mark}[ \\t]*\\r?$`, "m").exec(this.text.slice(start));
    if (!end) throw this.error(`expected ${mark}`);
    const lines = this.text.slice(start, start + end.index).split("\n");
    const widths = lines
      .filter((line) => line.trim() !== "")
      .map((line) => /^ */.exec(line)?.[0].length ?? 0);
    const width = indented ? Math.min(...widths) : 0;
    this.at = start + end.index + end[0].length;
    return templateOf(new Parser(lines.map((line) => line.slice(width)).join("\n")).template());
  }

  private call(name: string): TerraformExpression {
    this.expect("(");
    const args: TerraformExpression[] = [];
    let expand = false;
    while (this.peek() !== ")") {
      args.push(this.expression());
      if (this.skip().startsWith("...")) {
        this.at += 3;
        expand = true;
      } else if (this.peek() !== ")") this.expect(",");
    }
    this.expect(")");
    return { kind: "call", name, args, expand };
  }

  private postfix(base: TerraformExpression): TerraformExpression {
    let target = base;
    for (;;) {
      const rest = this.text.slice(this.at);
      const splat = /^(\[\*\]|\.\*)/.exec(rest)?.[0];
      if (splat) {
        this.at += splat.length;
        target = { kind: "splat", target, steps: this.splatSteps(splat === "[*]") };
        continue;
      }
      const step = this.step(target);
      if (!step) return target;
      target = step;
    }
  }

  /**
   * Parses the steps after a splat, which are applied to each element. Each step follows the previous one, and the
   * first is applied to the element itself.
   */
  private splatSteps(full: boolean): TerraformExpression[] {
    const steps: TerraformExpression[] = [];
    for (;;) {
      const rest = this.text.slice(this.at);
      if (/^(\[\*\]|\.\*)/.test(rest) || (!full && rest.startsWith("["))) return steps;
      const step = this.step({ kind: "literal", value: null });
      if (!step) return steps;
      steps.push(step);
    }
  }

  private step(target: TerraformExpression): TerraformExpression | undefined {
    const rest = this.text.slice(this.at);
    if (rest.startsWith("[")) {
      this.at++;
      const key = this.expression();
      this.expect("]");
      return { kind: "index", target, key };
    }
    const digits = /^\.(\d+)/.exec(rest)?.[1];
    if (digits) {
      this.at += digits.length + 1;
      return { kind: "index", target, key: { kind: "literal", value: Number(digits) } };
    }
    if (!/^\.(?!\.)/.test(rest)) return undefined;
    this.at++;
    return { kind: "attribute", target, name: this.name() };
  }

  private list(): TerraformExpression {
    this.expect("[");
    if (this.isFor()) return this.forExpression("]");
    const items: TerraformExpression[] = [];
    while (this.peek() !== "]") {
      items.push(this.expression());
      if (this.peek() !== "]") this.expect(",");
    }
    this.expect("]");
    return { kind: "list", items };
  }

  private object(): TerraformExpression {
    this.expect("{");
    if (this.isFor()) return this.forExpression("}");
    const entries: (readonly [TerraformExpression, TerraformExpression])[] = [];
    while (this.peek() !== "}") {
      const bare = /^([A-Za-z_][\w-]*)\s*(?:=(?!=)|:)/.exec(this.skip())?.[1];
      const key: TerraformExpression = bare ? { kind: "literal", value: this.name() } : this.expression();
      if (this.peek() !== "=") this.expect(":");
      else this.at++;
      entries.push([key, this.expression()]);
      if (this.peek() === ",") this.at++;
    }
    this.expect("}");
    return { kind: "object", entries };
  }

  private isFor(): boolean {
    return /^for\s/.test(this.skip());
  }

  /** https://developer.hashicorp.com/terraform/language/expressions/for */
  private forExpression(close: "]" | "}"): TerraformExpression {
    this.name();
    const names = this.iterator();
    this.expect(":");
    let then = this.expression();
    let name: TerraformExpression | undefined;
    let group = false;
    if (close === "}") {
      name = then;
      this.expect("=");
      this.expect(">");
      then = this.expression();
      if (this.skip().startsWith("...")) {
        this.at += 3;
        group = true;
      }
    }
    let test: TerraformExpression | undefined;
    if (/^if\b/.test(this.skip())) {
      this.at += 2;
      test = this.expression();
    }
    this.expect(close);
    return {
      kind: "for",
      ...names,
      then,
      group,
      ...(name && { name }),
      ...(test && { test }),
    };
  }

  /** Parses `key, value in items`. */
  private iterator(): Pick<ForExpression, "key" | "value" | "in"> {
    const first = this.name();
    let second: string | undefined;
    if (this.peek() === ",") {
      this.at++;
      second = this.name();
    }
    if (this.name() !== "in") throw this.error('expected "in"');
    const items = this.expression();
    return second === undefined ? { value: first, in: items } : { key: first, value: second, in: items };
  }

  private name(): string {
    const name = /^[A-Za-z_][\w-]*/.exec(this.skip())?.[0];
    if (!name) throw this.error("expected an expression");
    this.at += name.length;
    return name;
  }

  /** Skips white space and comments, and returns the remaining text. */
  private skip(): string {
    for (;;) {
      const [space] = /^(?:\s+|#.*|\/\/.*|\/\*[\s\S]*?\*\/)/.exec(this.text.slice(this.at)) ?? [];
      if (!space) return this.text.slice(this.at);
      this.at += space.length;
    }
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

/**
 * A template that consists of a single interpolation keeps the type of its expression. A directive always yields a
 * string.
 */
function templateOf(parts: readonly TerraformExpression[]): TerraformExpression {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  return parts.length === 0 ? { kind: "literal", value: "" } : { kind: "template", parts };
}
