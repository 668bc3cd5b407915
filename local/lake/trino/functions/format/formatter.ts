import { bigDecimalText } from "../../types/text/numbers";
import { invalid } from "../errors";
import { formatJoda, jodaParts } from "../time/joda";
import { javaHashOf } from "./hash";
import {
  type Digits,
  digitsOfDecimal,
  digitsOfDouble,
  fixedText,
  generalText,
  hexadecimalText,
  scientificText,
} from "./numbers";
import type { FormatValue } from "./values";

/**
 * Formats values as java.util.Formatter does.
 *
 * @see https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Formatter.html
 */
const specifier = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([tT])?([a-zA-Z%])/g;

export function formatWithJava(pattern: string, values: readonly FormatValue[]): string {
  const refuse = (why: string): Error => invalid(`Invalid format string: ${pattern} (${why})`);
  let next = 0;
  let last = -1;
  let end = 0;
  let result = "";
  for (const match of pattern.matchAll(specifier)) {
    const between = pattern.slice(end, match.index);
    if (between.includes("%")) throw refuse(`UnknownFormatConversion: Conversion = '%'`);
    end = match.index + match[0].length;
    result += between;
    const [text, index, flags = "", width, precision, time, conversion = ""] = match;
    if (conversion === "n") result += "\n";
    else if (conversion === "%") result += pad("%", flags, width);
    else {
      if (flags.includes("<")) {
        if (last < 0) throw refuse(`MissingFormatArgument: Format specifier '${text}'`);
      } else if (index !== undefined) last = Number(index) - 1;
      else {
        last = next;
        next += 1;
      }
      const value = values[last];
      if (value === undefined) throw refuse(`MissingFormatArgument: Format specifier '${text}'`);
      const spec = {
        flags,
        width: width === undefined ? undefined : Number(width),
        precision: precision === undefined ? undefined : Number(precision),
        conversion,
        refuse,
      };
      const written = time === undefined ? convert(value, spec) : convertTime(value, spec);
      const upper = time === undefined ? /[A-Z]/.test(conversion) : time === "T";
      result += upper ? written.toUpperCase() : written;
    }
  }
  const rest = pattern.slice(end);
  if (rest.includes("%")) throw refuse(`UnknownFormatConversion: Conversion = '%'`);
  return result + rest;
}

interface Spec {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly conversion: string;
  readonly refuse: (why: string) => Error;
}

function pad(text: string, flags: string, width: string | number | undefined): string {
  const size = Number(width ?? 0);
  return flags.includes("-") ? text.padEnd(size) : text.padStart(size);
}

const javaClasses: Readonly<Record<string, string>> = {
  boolean: "java.lang.Boolean",
  integer: "java.lang.Long",
  decimal: "java.math.BigDecimal",
  double: "java.lang.Double",
  text: "java.lang.String",
  time: "java.time.LocalDateTime",
};

function convert(value: FormatValue, spec: Spec): string {
  const { flags, width, precision, conversion, refuse } = spec;
  const kind = conversion.toLowerCase();
  const cut = (text: string): string =>
    pad(precision === undefined ? text : text.slice(0, precision), flags, width);
  const wrong = (): Error =>
    refuse(`IllegalFormatConversion: ${conversion} != ${javaClasses[value?.kind ?? "text"]}`);
  switch (kind) {
    case "b":
      return cut(String(value !== null && (value.kind !== "boolean" || value.value)));
    case "s":
      return cut(textOf(value));
    case "h":
      return cut(value === null ? "null" : javaHashOf(value));
    case "c":
      if (value === null) return pad("null", flags, width);
      // Trino passes integers as longs, which Java does not format as characters.
      throw wrong();
    case "d":
    case "o":
    case "x":
      if (value === null) return pad("null", flags, width);
      if (value.kind !== "integer") throw wrong();
      if (precision !== undefined) throw refuse(`IllegalFormatPrecision: ${precision}`);
      return kind === "d"
        ? decimalInteger(value.value, spec)
        : otherBase(value.value, kind === "o" ? 8 : 16, spec);
    case "e":
    case "f":
    case "g":
      if (value === null) return cut("null");
      if (value.kind === "double") {
        if (!Number.isFinite(value.value)) return infinite(value.value, spec);
        return signed(written(digitsOfDouble(value.value), kind, precision), isNegative(value.value), spec);
      }
      if (value.kind === "decimal")
        return signed(
          written(digitsOfDecimal(value.unscaled, value.scale), kind, precision),
          value.unscaled < 0n,
          spec,
        );
      throw wrong();
    case "a": {
      const mismatch = /[(,]/.exec(flags)?.[0];
      if (mismatch) throw refuse(`FormatFlagsConversionMismatch: Conversion = ${kind}, Flags = ${mismatch}`);
      if (value === null) return cut("null");
      if (value.kind !== "double") throw wrong();
      if (!Number.isFinite(value.value)) return infinite(value.value, spec);
      return signed(hexadecimalText(value.value, precision), isNegative(value.value), spec);
    }
    default:
      throw refuse(`UnknownFormatConversion: Conversion = '${conversion}'`);
  }
}

const isNegative = (value: number): boolean => value < 0 || Object.is(value, -0);

function written(number: Digits, kind: string, precision = 6): string {
  if (kind === "f") return fixedText(number, precision);
  return kind === "e" ? scientificText(number, precision) : generalText(number, precision);
}

function infinite(value: number, { flags, width }: Spec): string {
  const text = Number.isNaN(value) ? "NaN" : "Infinity";
  if (value > 0) return pad(flags.includes("+") ? `+${text}` : text, flags, width);
  if (value < 0) return pad(flags.includes("(") ? `(${text})` : `-${text}`, flags, width);
  return pad(text, flags, width);
}

const decimalInteger = (value: bigint, spec: Spec): string =>
  signed(String(value < 0n ? -value : value), value < 0n, spec);

function otherBase(value: bigint, base: number, { flags, width }: Spec): string {
  const text = BigInt.asUintN(64, value).toString(base);
  const marked = flags.includes("#") ? (base === 8 ? `0${text}` : `0x${text}`) : text;
  return flags.includes("0") ? marked.padStart(width ?? 0, "0") : pad(marked, flags, width);
}

/** Adds the sign, grouping separators and leading zeros to a number's text. */
function signed(text: string, negative: boolean, { flags, width }: Spec): string {
  const [, whole = "", rest = ""] = /^(\d+)(.*)$/.exec(text) ?? [];
  const grouped = flags.includes(",") ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  const open = negative
    ? flags.includes("(")
      ? "("
      : "-"
    : flags.includes("+")
      ? "+"
      : flags.includes(" ")
        ? " "
        : "";
  const close = negative && flags.includes("(") ? ")" : "";
  const body = grouped + rest;
  const zeros = flags.includes("0")
    ? "0".repeat(Math.max(0, (width ?? 0) - open.length - body.length - close.length))
    : "";
  const filled = body.startsWith("0x") ? body.replace("0x", `0x${zeros}`) : zeros + body;
  return pad(open + filled + close, flags, width);
}

function textOf(value: FormatValue): string {
  if (value === null) return "null";
  switch (value.kind) {
    case "boolean":
    case "integer":
      return String(value.value);
    case "decimal":
      return bigDecimalText(value.unscaled, value.scale);
    default:
      return value.text;
  }
}

/** The conversions of `%t`, as Joda-Time's letters. */
const timeFormats: Readonly<Record<string, string>> = {
  H: "HH",
  I: "hh",
  k: "H",
  l: "h",
  M: "mm",
  S: "ss",
  L: "SSS",
  p: "a",
  z: "Z",
  Z: "z",
  B: "MMMM",
  b: "MMM",
  h: "MMM",
  A: "EEEE",
  a: "EEE",
  C: "CC",
  Y: "yyyy",
  y: "yy",
  j: "DDD",
  m: "MM",
  d: "dd",
  e: "d",
  R: "HH:mm",
  T: "HH:mm:ss",
  r: "hh:mm:ss a",
  D: "MM/dd/yy",
  F: "yyyy-MM-dd",
  c: "EEE MMM dd HH:mm:ss z yyyy",
};

const ofTime = new Set([..."HIklMSLNpRTr"]);
const ofZone = new Set([..."zZsQc"]);

function convertTime(value: FormatValue, { flags, width, conversion, refuse }: Spec): string {
  if (value === null) return pad("null", flags, width);
  const numeric =
    value.kind === "integer"
      ? { local: value.value * 1000n, instant: value.value * 1000n, zone: "UTC", parts: "both" as const }
      : undefined;
  const time = numeric ?? (value.kind === "time" ? value : undefined);
  if (!time) throw refuse(`IllegalFormatConversion: ${conversion} != ${javaClasses[value.kind]}`);
  const missing =
    (ofZone.has(conversion) && time.zone === undefined) ||
    (time.parts === "date" && ofTime.has(conversion)) ||
    (time.parts === "time" && !ofTime.has(conversion));
  if (missing) throw refuse(`UnsupportedTemporalTypeException: Unsupported field for %t${conversion}`);
  return pad(timeText(time, conversion, refuse), flags, width);
}

function timeText(
  { local, instant, zone }: { readonly local: bigint; readonly instant: bigint; readonly zone?: string },
  conversion: string,
  refuse: Spec["refuse"],
): string {
  if (conversion === "s") return String(instant / 1_000_000n);
  if (conversion === "Q") return String(instant / 1_000n);
  if (conversion === "N")
    return String((((local % 1_000_000n) + 1_000_000n) % 1_000_000n) * 1000n).padStart(9, "0");
  const format = timeFormats[conversion];
  if (format === undefined) throw refuse(`UnknownFormatConversion: Conversion = 't${conversion}'`);
  const text = formatJoda(
    jodaParts(format),
    zone === undefined ? { instant: local, zone: "UTC" } : { instant, zone },
  );
  return conversion === "p" ? text.toLowerCase() : text;
}
