import type { Plain } from "../functions/javascript/values";
import { TrinoError } from "../types/errors";
import { parseAddress, parseUuid, uuidBits } from "../types/text/networks";
import { parseBoolean, parseDouble } from "../types/text/numbers";
import {
  instantOfLocal,
  localOf,
  modulo,
  parseDate,
  parseTime,
  parseTimestamp,
  roundMicros,
} from "../types/text/times";
import { unsupportedOffset } from "../types/text/zones";
import type { TimeKind, Type, TypeOf } from "../types/types";
import { invalidCast, tooFine } from "./errors";
import { inCapitals, unscaledOf, whole } from "./numbers";

/** Returns the cast of text to a type. Undefined when there is no such cast. */
export function parser(to: Type, zone: string): ((text: string) => Plain) | undefined {
  switch (to.kind) {
    case "boolean":
      return must(parseBoolean, (text) => `Cannot cast '${text}' to BOOLEAN`);
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return integral(to);
    case "double":
      return must(parseDouble, (text) => `Cannot cast '${text}' to DOUBLE`);
    case "real":
      return must(
        (text) => {
          const value = parseDouble(text);
          return value === undefined ? undefined : Math.fround(value);
        },
        (text) => `Cannot cast '${text}' to REAL`,
      );
    case "decimal":
      return decimal(to);
    case "varbinary":
      return (text) => new TextEncoder().encode(text);
    case "date":
      return must(parseDate, (text) => `Value cannot be cast to date: ${text}`);
    case "uuid":
      return must(
        (text) => {
          const found = parseUuid(text);
          return found === undefined ? undefined : uuidBits(found);
        },
        (text) => `Cannot cast value to UUID: ${text}`,
      );
    case "ipaddress":
      return must(parseAddress, (text) => `Cannot cast value to IPADDRESS: ${text}`);
    case "time":
    case "time with time zone":
      return time(to, zone);
    case "timestamp":
    case "timestamp with time zone":
      return timestamp(to, zone);
    default:
      return undefined;
  }
}

const must =
  (read: (text: string) => Plain | undefined, sentence: (text: string) => string) =>
  (text: string): Plain => {
    const value = read(text);
    if (value === undefined) throw invalidCast(sentence(text));
    return value;
  };

/**
 * Java accepts the decimal digits of every script. The ten digits of a script are consecutive code points that begin
 * with zero.
 */
const westernDigits = (text: string): string =>
  text.replaceAll(/\p{Nd}/gu, (digit) => {
    const point = digit.codePointAt(0) ?? 0;
    let zero = point;
    while (zero > point - 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
    return String((point - zero) % 10);
  });

function integral(to: Type): (text: string) => Plain {
  const name = to.kind === "integer" ? "INT" : to.kind.toUpperCase();
  return (text) => {
    const fail = () => invalidCast(`Cannot cast '${text}' to ${name}`);
    const digits = text.trim();
    if (!/^[+-]?\p{Nd}+$/u.test(digits)) throw fail();
    return whole(to, fail)(BigInt(westernDigits(digits.replace(/^\+/, ""))));
  };
}

function decimal(to: TypeOf<"decimal">): (text: string) => Plain {
  const limit = 10n ** BigInt(to.precision);
  const target = inCapitals(to);
  return (text) => {
    if (!/^[+-]?(?:\p{Nd}+\.?\p{Nd}*|\.\p{Nd}+)(?:[eE][+-]?\p{Nd}+)?$/u.test(text))
      throw invalidCast(`Cannot cast VARCHAR '${text}' to ${target}. Value is not a number.`);
    const value = unscaledOf(westernDigits(text), to.scale);
    if (value >= limit || value <= -limit)
      throw invalidCast(`Cannot cast VARCHAR '${text}' to ${target}. Value too large.`);
    return value;
  };
}

const day = 86_400_000_000n;

function time(to: TypeOf<TimeKind>, _zone: string): (text: string) => Plain {
  return (text) => {
    const parsed = parseTime(text);
    if (!parsed || (to.kind === "time" && parsed.offset !== undefined))
      throw invalidCast(`Value cannot be cast to ${to.kind}: ${text}`);
    if (parsed.finer && to.precision > 6) throw tooFine();
    const micros = modulo(roundMicros(parsed.micros, to.precision), day);
    if (to.kind === "time") return micros;
    const offset = parsed.offset ?? 0;
    return { instant: modulo(micros - BigInt(offset) * 60_000_000n, day), offset };
  };
}

function timestamp(to: TypeOf<TimeKind>, session: string): (text: string) => Plain {
  return (text) => {
    const parsed = parseTimestamp(text);
    const offset = parsed || !/^\s*[+-]?\d+-/.test(text) ? undefined : unsupportedOffset(text);
    if (offset !== undefined) throw new TrinoError("NOT_SUPPORTED", `Time zone not supported: ${offset}`);
    if (!parsed) throw invalidCast(`Value cannot be cast to timestamp: ${text.trim()}`);
    if (parsed.finer && to.precision > 6) throw tooFine();
    const micros = roundMicros(parsed.micros, to.precision);
    if (to.kind === "timestamp")
      // The local time of an explicit zone is normalized, because the zone's clock never shows a time that it skips.
      return parsed.zone === undefined ? micros : localOf(instantOfLocal(micros, parsed.zone), parsed.zone);
    const zone = parsed.zone ?? session;
    return { instant: instantOfLocal(micros, zone), zone };
  };
}
