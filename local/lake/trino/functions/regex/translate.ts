/**
 * Translates Java's regular expressions, as Trino's library Joni accepts them, to JavaScript's. The result needs the
 * flags `dgv`: `v` allows intersections of sets, and `d` gives the position of every match.
 *
 * @see https://trino.io/docs/current/functions/regexp.html
 * @see https://github.com/jruby/joni/blob/master/doc/RE
 */
export interface Translated {
  readonly source: string;
  /** Number of groups in the pattern. In JavaScript they are named `g1`, `g2`, … */
  readonly groups: number;
  /** The numbers of the named groups. */
  readonly names: ReadonlyMap<string, number>;
}

/** The reason why a pattern is invalid, in a few words. */
export class PatternError extends Error {}

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly comments: boolean;
}

const word = "A-Za-z0-9_";
const space = "\\t\\n\\v\\f\\r\\x20";

/** The contents of a set for the escapes of character classes. */
const classes: Readonly<Record<string, string>> = {
  d: "0-9",
  w: word,
  s: space,
};

/** Word boundaries consider letters of all scripts, whereas \w is limited to ASCII. */
const letters = "\\p{L}\\p{M}\\p{N}\\p{Pc}";
const boundary = `(?:(?<=[${letters}])(?![${letters}])|(?<![${letters}])(?=[${letters}]))`;
const noBoundary = `(?:(?<=[${letters}])(?=[${letters}])|(?<![${letters}])(?![${letters}]))`;

const posix: Readonly<Record<string, string>> = {
  alnum: "\\p{L}\\p{M}\\p{N}",
  alpha: "\\p{L}\\p{M}",
  ascii: "\\x00-\\x7f",
  blank: "\\t\\p{Zs}",
  cntrl: "\\p{Cc}",
  digit: "\\p{Nd}",
  graph: "[\\P{Z}--[\\p{C}]]",
  lower: "\\p{Ll}",
  print: "[\\p{Any}--[\\p{C}]]",
  punct: "\\p{P}",
  space,
  upper: "\\p{Lu}",
  word,
  xdigit: "0-9a-fA-F",
};

const escapes: Readonly<Record<string, string>> = {
  t: "\\t",
  n: "\\n",
  r: "\\r",
  f: "\\f",
  v: "\\v",
  a: "\\x07",
  e: "\\x1b",
};

/** Translates a pattern. @throws PatternError */
export function translate(pattern: string): Translated {
  return new Translation(pattern).run();
}

class Translation {
  private at = 0;
  private readonly characters: readonly string[];
  private groups = 0;
  private atomics = 0;
  private readonly names = new Map<string, number>();
  private flags: Flags = { ignoreCase: false, dotAll: false, multiline: false, comments: false };

  constructor(pattern: string) {
    this.characters = Array.from(pattern);
  }

  run(): Translated {
    const source = this.alternatives(0);
    if (this.at < this.characters.length) throw new PatternError("unmatched close parenthesis");
    return { source, groups: this.groups, names: this.names };
  }

  private get peek(): string | undefined {
    return this.characters[this.at];
  }

  private next(): string {
    const character = this.characters[this.at];
    if (character === undefined) throw new PatternError("end pattern at escape");
    this.at += 1;
    return character;
  }

  private accept(text: string): boolean {
    if (!this.ahead(text)) return false;
    this.at += text.length;
    return true;
  }

  private ahead(text: string): boolean {
    return [...text].every((character, index) => this.characters[this.at + index] === character);
  }

  private alternatives(depth: number): string {
    if (depth > 250) throw new PatternError("too deep nest level");
    const outer = this.flags;
    let result = "";
    for (;;) {
      const character = this.peek;
      if (character === undefined || (character === ")" && !this.quoting)) break;
      if (character === "|" && !this.quoting) {
        this.at += 1;
        result += "|";
      } else result += this.quantified(depth);
    }
    this.flags = outer;
    return result;
  }

  /** Whether the text is between \\Q and \\E, where every character stands for itself. */
  private quoting = false;

  private quantified(depth: number): string {
    const atom = this.quoting ? this.quoted() : this.atom(depth);
    return atom === "" ? "" : this.repeat(atom);
  }

  /** An atom with its quantifiers. A possessive quantifier is translated to an atomic group. */
  private repeat(atom: string): string {
    let result = atom;
    if (this.quoting && this.accept("\\E")) this.quoting = false;
    while (!this.quoting) {
      this.skipComments();
      const quantifier = this.quantifier();
      if (quantifier === undefined) return result;
      if (this.accept("?")) result = `${grouped(result)}${quantifier}?`;
      else if (this.peek === "+") {
        this.at += 1;
        result = this.atomic(`${grouped(result)}${quantifier}`);
      } else result = `${grouped(result)}${quantifier}`;
    }
    return result;
  }

  private quantifier(): string | undefined {
    const character = this.peek;
    if (character === "*" || character === "+" || character === "?") {
      this.at += 1;
      return character;
    }
    if (character !== "{") return undefined;
    const end = this.characters.indexOf("}", this.at);
    const body = end < 0 ? "" : this.characters.slice(this.at + 1, end).join("");
    const match = /^(\d+)(?:(,)(\d*))?$/.exec(body);
    if (!match) return undefined;
    this.at = end + 1;
    return match[2] === undefined ? `{${match[1]}}` : `{${match[1]},${match[3] ?? ""}}`;
  }

  /**
   * An atomic group, which does not backtrack. It is translated to a lookahead followed by a reference to its match.
   */
  private atomic(body: string): string {
    this.atomics += 1;
    const name = `atomic${this.atomics}`;
    return `(?:(?=(?<${name}>${body}))\\k<${name}>)`;
  }

  private atom(depth: number): string {
    this.skipComments();
    const character = this.peek;
    if (character === undefined || character === ")" || character === "|") return "";
    this.at += 1;
    switch (character) {
      case "(":
        return this.group(depth);
      case "[":
        return this.set();
      case ".":
        return this.flags.dotAll ? "[\\p{Any}]" : "[^\\n]";
      case "^":
        return this.flags.multiline ? "(?<![^\\n])" : "(?<![\\p{Any}])";
      case "$":
        return this.flags.multiline ? "(?=\\n|(?![\\p{Any}]))" : "(?=\\n?(?![\\p{Any}]))";
      case "\\":
        return this.escape();
      case "*":
      case "+":
      case "?":
        throw new PatternError("target of repeat operator is not specified");
      default:
        return this.literal(character);
    }
  }

  private skipComments(): void {
    if (!this.flags.comments) return;
    for (;;) {
      const character = this.peek;
      if (character === undefined || !/[\s#]/.test(character)) return;
      if (character === "#") {
        const end = this.characters.indexOf("\n", this.at);
        this.at = end < 0 ? this.characters.length : end;
      } else this.at += 1;
    }
  }

  private literal(character: string): string {
    const escaped = escapeCharacter(character);
    if (!this.flags.ignoreCase) return escaped;
    const variants = caseVariants(character);
    return variants.length === 1 ? escaped : `[${variants.map(escapeCharacter).join("")}]`;
  }

  private group(depth: number): string {
    if (!this.accept("?")) return this.capture(depth);
    for (const kind of [":", "=", "!", "<=", "<!"])
      if (this.accept(kind)) return this.closed(`(?${kind}`, depth);
    if (this.accept(">")) return this.atomic(this.closed("(?:", depth));
    if (this.accept("#")) {
      while (this.next() !== ")");
      return "";
    }
    if (this.accept("<")) {
      const end = this.characters.indexOf(">", this.at);
      const name = this.characters.slice(this.at, end).join("");
      if (end < 0 || !/^[A-Za-z_]\w*$/.test(name)) throw new PatternError(`invalid group name <${name}>`);
      this.at = end + 1;
      return this.capture(depth, name);
    }
    return this.flagged(depth);
  }

  private capture(depth: number, name?: string): string {
    this.groups += 1;
    if (name !== undefined) this.names.set(name, this.groups);
    return this.closed(`(?<g${this.groups}>`, depth);
  }

  private closed(open: string, depth: number): string {
    const body = this.alternatives(depth + 1);
    if (!this.accept(")")) throw new PatternError("end pattern with unmatched parenthesis");
    return `${open}${body})`;
  }

  /** `(?i)`, which applies up to the end of the group, or `(?i:…)`. */
  private flagged(depth: number): string {
    let on = true;
    const flags: { -readonly [K in keyof Flags]: Flags[K] } = { ...this.flags };
    for (;;) {
      const character = this.next();
      if (character === "-") on = false;
      else if (character === "i") flags.ignoreCase = on;
      else if (character === "s") flags.dotAll = on;
      else if (character === "m") flags.multiline = on;
      else if (character === "x") flags.comments = on;
      else if (character === ")") {
        this.flags = flags;
        return "";
      } else if (character === ":") {
        const outer = this.flags;
        this.flags = flags;
        const body = this.closed("(?:", depth);
        this.flags = outer;
        return body;
      } else throw new PatternError("undefined group option");
    }
  }

  private escape(): string {
    const character = this.next();
    if (character === "Q") {
      this.quoting = true;
      return "";
    }
    if (character === "b") return boundary;
    if (character === "B") return noBoundary;
    if (character === "A") return "(?<![\\p{Any}])";
    if (character === "z") return "(?![\\p{Any}])";
    if (character === "Z") return "(?=\\n?(?![\\p{Any}]))";
    if (character === "G") return "";
    if (character === "k" && this.accept("<")) {
      const end = this.characters.indexOf(">", this.at);
      const name = this.characters.slice(this.at, end).join("");
      this.at = end + 1;
      const own = this.names.get(name) ?? Number(name);
      if (!(own >= 1 && own <= this.groups)) throw new PatternError(`undefined name <${name}> reference`);
      return `\\k<g${own}>`;
    }
    if (/[1-9]/.test(character)) {
      let digits = character;
      while (this.peek !== undefined && /\d/.test(this.peek) && Number(digits + this.peek) <= this.groups)
        digits += this.next();
      if (Number(digits) > this.groups) throw new PatternError("invalid backref number/name");
      return `\\k<g${digits}>`;
    }
    const set = this.classEscape(character);
    if (set !== undefined) return `[${set}]`;
    const escaped = this.characterEscape(character);
    return escaped.startsWith("\\") && escaped.length > 2 ? escaped : this.literalOf(escaped);
  }

  private literalOf(escaped: string): string {
    return escaped.length === 1 || !escaped.startsWith("\\") ? this.literal(escaped) : escaped;
  }

  private quoted(): string {
    if (!this.accept("\\E")) return this.literal(this.next());
    this.quoting = false;
    return "";
  }

  /** The contents of a set for `\d`, `\W`, `\p{…}`. */
  private classEscape(character: string): string | undefined {
    const known = classes[character];
    if (known !== undefined) return known;
    const negated = classes[character.toLowerCase()];
    if (negated !== undefined) return `[^${negated}]`;
    if (character !== "p" && character !== "P") return undefined;
    let name: string;
    if (this.accept("{")) {
      const end = this.characters.indexOf("}", this.at);
      if (end < 0) throw new PatternError("invalid character property name {}");
      name = this.characters.slice(this.at, end).join("");
      this.at = end + 1;
    } else name = this.next();
    const inverted = (character === "P") !== name.startsWith("^");
    const property = propertyOf(name.replace(/^\^/, ""));
    return inverted ? `[^${property}]` : property;
  }

  /** A character's escape in JavaScript, or the character itself. */
  private characterEscape(character: string): string {
    const known = escapes[character];
    if (known !== undefined) return known;
    if (character === "x") {
      if (this.accept("{")) {
        const end = this.characters.indexOf("}", this.at);
        const hex = this.characters.slice(this.at, end).join("");
        this.at = end + 1;
        return codePointOf(hex);
      }
      return codePointOf(this.take(/[0-9a-fA-F]/, 2));
    }
    if (character === "u") return codePointOf(this.take(/[0-9a-fA-F]/, 4));
    if (character === "0") return codePointOf(Number.parseInt(this.take(/[0-7]/, 3) || "0", 8).toString(16));
    if (character === "c") return codePointOf((this.next().toUpperCase().charCodeAt(0) ^ 64).toString(16));
    return character;
  }

  private take(allowed: RegExp, most: number): string {
    let text = "";
    while (text.length < most && this.peek !== undefined && allowed.test(this.peek)) text += this.next();
    return text;
  }

  /** A set with nested sets, ranges and intersections, in the syntax of the flag `v`. */
  private set(): string {
    const outer = this.lastOfSet;
    this.lastOfSet = 0;
    const negated = this.accept("^");
    const parts: string[] = [];
    const operands: string[] = [];
    let first = true;
    for (;;) {
      const character = this.peek;
      if (character === undefined) throw new PatternError("premature end of char-class");
      if (character === "]" && !first) {
        this.at += 1;
        break;
      }
      first = false;
      if (this.accept("&&")) {
        operands.push(parts.splice(0).join(""));
        continue;
      }
      parts.push(this.setMember());
    }
    this.lastOfSet = outer;
    operands.push(parts.join(""));
    const [only] = operands;
    const body = operands.length === 1 ? (only ?? "") : operands.map((operand) => `[${operand}]`).join("&&");
    return `[${negated ? "^" : ""}${body}]`;
  }

  private setMember(): string {
    if (this.ahead("[:")) {
      const text = this.characters.slice(this.at).join("");
      const match = /^\[:(\^?)(\w+):\]/.exec(text);
      const known = posix[match?.[2] ?? ""];
      if (match && known !== undefined) {
        this.at += match[0].length;
        return match[1] === "^" ? `[^${known}]` : known;
      }
    }
    if (this.accept("[")) return this.set();
    const low = this.setCharacter();
    const named = low.set ?? "";
    if (low.set === undefined) this.lastOfSet = low.point;
    if (this.peek === "-" && this.characters[this.at + 1] !== "]" && this.characters[this.at + 1] !== "[") {
      this.at += 1;
      const high = this.setCharacter();
      if (high.set !== undefined) throw new PatternError("char-class value at end of range");
      const from = this.lastOfSet;
      if (high.point < from) throw new PatternError("empty range in char class");
      this.lastOfSet = high.point;
      return named + this.range(from, high.point);
    }
    return low.set ?? this.setLiteral(low.point);
  }

  /**
   * The last single character of the set. In Joni, the range of `[\w-x]` begins at that character, or at the first of
   * all characters if there is none.
   */
  private lastOfSet = 0;

  private setLiteral(point: number): string {
    const character = String.fromCodePoint(point);
    return this.flags.ignoreCase
      ? caseVariants(character).map(escapeCharacter).join("")
      : escapeCharacter(character);
  }

  private range(low: number, high: number): string {
    const plain = `${unicodeEscape(low)}-${unicodeEscape(high)}`;
    if (!this.flags.ignoreCase || high - low > 2_000) return plain;
    const added = new Set<string>();
    for (let point = low; point <= high; point += 1)
      for (const variant of caseVariants(String.fromCodePoint(point)))
        if (variant.length === 1) added.add(unicodeEscape(variant.codePointAt(0) ?? 0));
    return plain + [...added].join("");
  }

  private setCharacter(): { readonly set: string } | { readonly set?: undefined; readonly point: number } {
    const character = this.next();
    if (character !== "\\") return { point: character.codePointAt(0) ?? 0 };
    const escaped = this.next();
    const set = this.classEscape(escaped);
    if (set !== undefined) return { set };
    if (escaped === "b") return { point: 8 };
    const own = this.characterEscape(escaped);
    return { point: pointOf(own) };
  }
}

const controls: Readonly<Record<string, number>> = {
  "\\t": 9,
  "\\n": 10,
  "\\v": 11,
  "\\f": 12,
  "\\r": 13,
  "\\x07": 7,
  "\\x1b": 27,
};

function pointOf(escaped: string): number {
  const control = controls[escaped];
  if (control !== undefined) return control;
  const match = /^\\u\{([0-9a-f]+)\}$/i.exec(escaped);
  return match ? Number.parseInt(match[1] ?? "0", 16) : (escaped.codePointAt(0) ?? 0);
}

const unicodeEscape = (point: number): string => `\\u{${point.toString(16)}}`;

function codePointOf(hex: string): string {
  const point = Number.parseInt(hex, 16);
  if (Number.isNaN(point) || point > 0x10ffff) throw new PatternError("invalid code point value");
  return unicodeEscape(point);
}

const isQuantifiable = (text: string): boolean =>
  Array.from(text).length === 1 || /^\\[^kpPu]$/.test(text) || /^\[[^[\]\\]*\]$/.test(text);

/** Puts an assertion in a group, because JavaScript does not allow a quantifier after an assertion. */
const grouped = (text: string): string => (isQuantifiable(text) ? text : `(?:${text})`);

const escapeCharacter = (character: string): string =>
  /[A-Za-z0-9_\u00a0-\u{10ffff}]/u.test(character) ? character : unicodeEscape(character.codePointAt(0) ?? 0);

function caseVariants(character: string): string[] {
  const variants = [character, character.toLowerCase(), character.toUpperCase()];
  return [...new Set(variants.filter((variant) => Array.from(variant).length === 1))];
}

/** Translates a property with Java's name, such as `Alpha`, `IsAlphabetic`, `InGreek`, `L` or `javaLowerCase`. */
function propertyOf(name: string): string {
  const java: Readonly<Record<string, string>> = {
    ...posix,
    javalowercase: "\\p{Lowercase}",
    javauppercase: "\\p{Uppercase}",
    javawhitespace: space,
    javamirrored: "\\p{Bidi_Mirrored}",
    inbasiclatin: "\\x00-\\x7f",
  };
  const known = java[name.toLowerCase()];
  if (known !== undefined) return known;
  // Joni does not accept `Is` before the name of a script, or `=` in it.
  if (/^is|=/i.test(name)) throw new PatternError(`invalid character property name <${name}>`);
  const bare = name.replace(/^In/, "");
  for (const candidate of [
    name,
    bare,
    `Script=${name}`,
    `Script=${bare}`,
    capitalized(name),
    `Script=${capitalized(bare)}`,
  ])
    if (isProperty(candidate)) return `\\p{${candidate}}`;
  throw new PatternError(`invalid character property name <${name}>`);
}

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();

function isProperty(name: string): boolean {
  try {
    new RegExp(`\\p{${name}}`, "v");
    return true;
  } catch {
    return false;
  }
}
