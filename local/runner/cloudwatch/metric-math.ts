/** The values of one query, one for each period; undefined for a period without a value. */
export type MathSeries = readonly (number | undefined)[];

type Operand = MathSeries | number;

/** An expression that is not valid metric math, or that uses an unsupported function. */
export class MetricMathError extends Error {
  override readonly name = "MetricMathError";
}

/**
 * Evaluates metric math: numbers, ids, arithmetic, comparisons, AND, OR, and the functions ABS, AVG, CEIL, FILL, FLOOR,
 * IF, MAX, MIN, SUM. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 *
 * @returns A value for each period, or undefined when the expression uses an id that is not in `series` yet.
 * @throws MetricMathError
 */
export function evaluateExpression(
  expression: string,
  series: ReadonlyMap<string, MathSeries>,
  periods: number,
): MathSeries | undefined {
  const parser = new Parser(tokenize(expression), series, periods);
  const value = parser.whole();
  return parser.unknownIds ? undefined : spread(value, periods);
}

/**
 * Checks that an expression can be evaluated, whatever its ids stand for. @throws MetricMathError with the reason if
 * not.
 */
export function checkExpression(expression: string): void {
  new Parser(tokenize(expression), new Map(), 1).whole();
}

function tokenize(expression: string): string[] {
  const tokens = expression.match(/\d+(?:\.\d+)?|[A-Za-z_]\w*|<=|>=|==|!=|&&|\|\||[-+*/^<>(),[\]]|\S/g) ?? [];
  return [...tokens];
}

const spread = (operand: Operand, periods: number): MathSeries =>
  typeof operand === "number" ? Array.from({ length: periods }, () => operand) : operand;

type Binary = (left: number, right: number) => number | undefined;

const operators: readonly Readonly<Record<string, Binary>>[] = [
  { OR: (a, b) => Number(a !== 0 || b !== 0), "||": (a, b) => Number(a !== 0 || b !== 0) },
  { AND: (a, b) => Number(a !== 0 && b !== 0), "&&": (a, b) => Number(a !== 0 && b !== 0) },
  {
    "==": (a, b) => Number(a === b),
    "!=": (a, b) => Number(a !== b),
    "<": (a, b) => Number(a < b),
    "<=": (a, b) => Number(a <= b),
    ">": (a, b) => Number(a > b),
    ">=": (a, b) => Number(a >= b),
  },
  { "+": (a, b) => a + b, "-": (a, b) => a - b },
  // A division by zero yields no datapoint.
  { "*": (a, b) => a * b, "/": (a, b) => (b === 0 ? undefined : a / b) },
  { "^": (a, b) => a ** b },
];

class Parser {
  unknownIds = false;
  private position = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly series: ReadonlyMap<string, MathSeries>,
    private readonly periods: number,
  ) {}

  whole(): Operand {
    const value = this.binary(0);
    const rest = this.tokens[this.position];
    if (rest !== undefined) throw new MetricMathError(`"${rest}" is not expected there`);
    return value;
  }

  private binary(level: number): Operand {
    const known = operators[level];
    if (!known) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = known[this.tokens[this.position] ?? ""];
      if (!operator) return left;
      this.position++;
      left = this.combine(left, this.binary(level + 1), operator);
    }
  }

  private unary(): Operand {
    if (this.tokens[this.position] !== "-") return this.primary();
    this.position++;
    return this.combine(0, this.unary(), (a, b) => a - b);
  }

  private primary(): Operand {
    const token = this.tokens[this.position++];
    if (token === undefined) throw new MetricMathError("it ends too early");
    if (token === "(") {
      const value = this.binary(0);
      this.expect(")");
      return value;
    }
    if (/^\d/.test(token)) return Number(token);
    if (!/^[A-Za-z_]/.test(token)) throw new MetricMathError(`"${token}" is not expected there`);
    if (this.tokens[this.position] === "(") return this.call(token);
    const value = this.series.get(token);
    if (!value) this.unknownIds = true;
    return value ?? [];
  }

  private call(name: string): Operand {
    this.position++;
    if (name === "FILL") return this.fill();
    const isList = this.tokens[this.position] === "[";
    if (isList) this.position++;
    const values = [this.binary(0)];
    while (this.tokens[this.position] === ",") {
      this.position++;
      values.push(this.binary(0));
    }
    if (isList) this.expect("]");
    this.expect(")");
    return this.apply(name, values);
  }

  /** FILL(series, value | REPEAT | LINEAR) */
  private fill(): Operand {
    const series = spread(this.binary(0), this.periods);
    this.expect(",");
    if (this.tokens[this.position] === "REPEAT") {
      this.position++;
      this.expect(")");
      let last: number | undefined;
      return series.map((value) => {
        last = value ?? last;
        return last;
      });
    }
    const filler = spread(this.binary(0), this.periods);
    this.expect(")");
    return Array.from({ length: this.periods }, (_, at) => series[at] ?? filler[at]);
  }

  private apply(name: string, values: readonly Operand[]): Operand {
    const [first = 0, second = 0, third] = values;
    switch (name) {
      case "ABS":
        return this.combine(first, 0, Math.abs);
      case "CEIL":
        return this.combine(first, 0, Math.ceil);
      case "FLOOR":
        return this.combine(first, 0, Math.floor);
      case "IF":
        return this.choose(first, second, third);
      case "SUM":
        return this.reduce(values, (all) => all.reduce((a, b) => a + b, 0));
      case "AVG":
        return this.reduce(values, (all) => all.reduce((a, b) => a + b, 0) / all.length);
      case "MIN":
        return this.reduce(values, (all) => Math.min(...all));
      case "MAX":
        return this.reduce(values, (all) => Math.max(...all));
      default:
        throw new MetricMathError(`the function ${name} is not evaluated here`);
    }
  }

  private choose(condition: Operand, then: Operand, otherwise?: Operand): Operand {
    const conditions = spread(condition, this.periods);
    const yes = spread(then, this.periods);
    const no = otherwise === undefined ? undefined : spread(otherwise, this.periods);
    return Array.from({ length: this.periods }, (_, at) => {
      const value = conditions[at];
      if (value === undefined) return undefined;
      return value === 0 ? no?.[at] : yes[at];
    });
  }

  /** Reduces values. A single series is reduced over time to one number; several are reduced period by period. */
  private reduce(values: readonly Operand[], fold: (all: number[]) => number): Operand {
    const present = (all: readonly (number | undefined)[]) => all.filter((value) => value !== undefined);
    const [single] = values;
    if (values.length === 1 && single !== undefined) {
      const all = present(spread(single, this.periods));
      return all.length > 0 ? fold(all) : [];
    }
    const each = values.map((value) => spread(value, this.periods));
    return Array.from({ length: this.periods }, (_, at) => {
      const all = present(each.map((one) => one[at]));
      return all.length > 0 ? fold(all) : undefined;
    });
  }

  private combine(left: Operand, right: Operand, operator: Binary): Operand {
    if (typeof left === "number" && typeof right === "number") return operator(left, right) ?? [];
    const [one, other] = [spread(left, this.periods), spread(right, this.periods)];
    return Array.from({ length: this.periods }, (_, at) => {
      const [a, b] = [one[at], other[at]];
      return a === undefined || b === undefined ? undefined : operator(a, b);
    });
  }

  private expect(token: string): void {
    const found = this.tokens[this.position++];
    if (found !== token) throw new MetricMathError(`"${token}" is expected, not "${found ?? "the end"}"`);
  }
}
