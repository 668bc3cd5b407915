export interface PrefixValues {
  /** Arrival of the oldest record in the object. */
  readonly timestamp: Date;
  readonly timeZone: string;
  /** `format-conversion-failed`, in an error prefix. */
  readonly errorOutputType?: string;
  /** Eleven characters for each `!{firehose:random-string}`. */
  readonly randomString: () => string;
}

/**
 * The prefix of an object with its expressions evaluated. A prefix without an expression gets `yyyy/MM/dd/HH/`
 * appended, and an error prefix without one the kind of error before that.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */
export function evaluatePrefix(prefix: string, values: PrefixValues): string {
  const time = (pattern: string) => formatTime(pattern, values.timestamp, values.timeZone);
  const { errorOutputType } = values;
  if (!prefix.includes("!{"))
    return `${prefix}${errorOutputType ? `${errorOutputType}/` : ""}${time("yyyy/MM/dd/HH/")}`;
  return prefix.replace(/!\{(timestamp|firehose):([^}]*)\}/g, (expression, namespace, name: string) => {
    if (namespace === "timestamp") return time(name);
    if (name === "random-string") return values.randomString();
    return name === "error-output-type" && errorOutputType ? errorOutputType : expression;
  });
}

/**
 * Formats a time by the letters of Java's DateTimeFormatter that make sense in a prefix.
 *
 * https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
 */
export function formatTime(pattern: string, time: Date, timeZone: string): string {
  const parts = timeParts(time, timeZone);
  return pattern.replace(/'((?:[^']|'')*)'|([A-Za-z])\2*/g, (run: string, literal: string | undefined) => {
    if (literal !== undefined) return literal === "" ? "'" : literal.replaceAll("''", "'");
    return formatField(run, parts);
  });
}

type Parts = Readonly<Record<string, number>>;

function timeParts(time: Date, timeZone: string): Parts {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const numbers = format.formatToParts(time).map(({ type, value }) => [type, Number(value)] as const);
  return { ...Object.fromEntries(numbers), millisecond: time.getUTCMilliseconds() };
}

function formatField(run: string, parts: Parts): string {
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0 } = parts;
  const date = new Date(Date.UTC(year, month - 1, day));
  const number = (value: number) => String(value).padStart(run.length, "0");
  const name = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" }).format(date);
  switch (run[0]) {
    case "y":
    case "u":
      return run.length === 2 ? String(year % 100).padStart(2, "0") : number(year);
    case "M":
    case "L":
      return run.length < 3 ? number(month) : name({ month: run.length === 3 ? "short" : "long" });
    case "d":
      return number(day);
    case "D":
      return number(Math.round((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1);
    case "E":
      return name({ weekday: run.length < 4 ? "short" : "long" });
    case "e":
      return number(date.getUTCDay() + 1);
    case "a":
      return hour < 12 ? "AM" : "PM";
    case "H":
      return number(hour);
    case "k":
      return number(hour || 24);
    case "h":
      return number(hour % 12 || 12);
    case "K":
      return number(hour % 12);
    case "m":
      return number(minute);
    case "s":
      return number(second);
    case "S":
      return String(millisecond).padStart(3, "0").padEnd(run.length, "0").slice(0, run.length);
    default:
      return run;
  }
}
