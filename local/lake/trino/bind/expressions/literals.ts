import type { IntervalLiteral } from "../../parse/ast";
import { errorAt, type TextPosition } from "../../types/errors";
import { isQualifier, parseInterval } from "../../types/text/intervals";
import { canonicalJson } from "../../types/text/json";
import { parseAddress, parseUuid } from "../../types/text/networks";
import { parseBoolean, parseDecimal, parseDouble } from "../../types/text/numbers";
import {
  instantOfLocal,
  localOf,
  modulo,
  parseDate,
  parseTime,
  parseTimestamp,
} from "../../types/text/times";
import { unsupportedOffset } from "../../types/text/zones";
import {
  bigint,
  charOf,
  decimalOf,
  integer,
  intervalDay,
  intervalYear,
  type Type,
  timeOf,
  varcharOf,
} from "../../types/types";
import type { Constant, ConstantValue } from "../tree";
import { literalType } from "./names";

export const constant = (type: Type, value: ConstantValue): Constant => ({ kind: "constant", type, value });

export const longConstant = (value: bigint): Constant =>
  value >= -2_147_483_648n && value <= 2_147_483_647n
    ? constant(integer, Number(value))
    : constant(bigint, value);

export const textConstant = (value: string): Constant => constant(varcharOf([...value].length), value);

export function decimalConstant(text: string, at: TextPosition): Constant {
  const parsed = parseDecimal(text);
  if (!parsed) throw errorAt(at, "INVALID_LITERAL", `'${text}' is not a valid DECIMAL literal`);
  const { unscaled, precision, scale } = parsed;
  if (precision > 38)
    throw errorAt(
      at,
      "INVALID_LITERAL",
      `Value '${text}' is too large for a DECIMAL: DECIMAL precision must be in range [1, 38]: ${precision}`,
    );
  return constant(decimalOf(precision, scale), unscaled);
}

export function intervalConstant(node: IntervalLiteral): Constant {
  const qualifier = node.to ? `${node.from} TO ${node.to}` : node.from;
  if (node.to && !isQualifier(node.from, node.to))
    throw errorAt(node, "INVALID_LITERAL", `Invalid interval qualifier: ${qualifier}`);
  const value = parseInterval(node.value, node.from, node.to);
  if (value === undefined)
    throw errorAt(node, "INVALID_LITERAL", `Invalid INTERVAL ${qualifier} value: ${node.value}`);
  const signed = value * BigInt(node.sign);
  return node.from === "YEAR" || node.from === "MONTH"
    ? constant(intervalYear, Number(signed))
    : constant(intervalDay, signed);
}

const integerBits: Partial<Record<Type["kind"], bigint>> = {
  tinyint: 8n,
  smallint: 16n,
  integer: 32n,
  bigint: 64n,
};

/** The constant of a word and a text, such as `DATE '2024-01-15'`, `DECIMAL '1.5'`, `JSON '[1]'` or `BIGINT '3'`. */
export function genericConstant(word: string, text: string, at: TextPosition, zone: string): Constant {
  const lower = word.toLowerCase();
  if (lower === "time") return timeConstant(text, at);
  if (lower === "timestamp") return timestampConstant(text, at, zone);
  if (lower === "decimal") return decimalConstant(text, at);
  if (lower === "char") return constant(charOf([...text].length), text);
  const type = literalType(word, at);
  if (!type)
    throw errorAt(
      undefined,
      "TYPE_NOT_FOUND",
      `Unknown type: ${word}`,
      lower === "interval" ? "the unit stands outside of the text: INTERVAL '1' DAY" : undefined,
    );
  const value = readValue(type, text);
  if (value === undefined)
    throw errorAt(at, "INVALID_LITERAL", `'${text}' is not a valid ${word.toUpperCase()} literal`);
  return constant(type, value);
}

/** Reads a text as a value of a type. Undefined when the text is not valid. */
function readValue(type: Type, text: string): ConstantValue | undefined {
  const bits = integerBits[type.kind];
  if (bits !== undefined) {
    if (!/^[+-]?\d+$/.test(text)) return undefined;
    const value = BigInt(text);
    if (BigInt.asIntN(Number(bits), value) !== value) return undefined;
    return type.kind === "bigint" ? value : Number(value);
  }
  switch (type.kind) {
    case "boolean":
      return parseBoolean(text);
    case "real": {
      const value = parseDouble(text);
      return value === undefined ? undefined : Math.fround(value);
    }
    case "double":
      return parseDouble(text);
    case "varchar":
      return text;
    case "varbinary":
      return new TextEncoder().encode(text);
    case "date":
      return parseDate(text);
    case "json":
      return canonicalJson(text);
    case "uuid":
      return parseUuid(text);
    case "ipaddress":
      return parseAddress(text);
    default:
      return undefined;
  }
}

const finer = (kind: string, at: TextPosition) =>
  errorAt(at, "NOT_SUPPORTED", `${kind} with digits finer than microseconds are not supported here`);

function timeConstant(text: string, at: TextPosition): Constant {
  const parsed = parseTime(text);
  if (!parsed) throw errorAt(at, "INVALID_LITERAL", `'${text}' is not a valid TIME literal`);
  if (parsed.finer) throw finer("times", at);
  if (parsed.offset === undefined) return constant(timeOf("time", parsed.precision), parsed.micros);
  const instant = modulo(parsed.micros - BigInt(parsed.offset) * 60_000_000n, 86_400_000_000n);
  return constant(timeOf("time with time zone", parsed.precision), {
    instant,
    offset: parsed.offset,
  });
}

function timestampConstant(text: string, at: TextPosition, _zone: string): Constant {
  const parsed = parseTimestamp(text);
  const invalid = () => errorAt(at, "INVALID_LITERAL", `'${text}' is not a valid TIMESTAMP literal`);
  const offset = parsed ? undefined : unsupportedOffset(text);
  if (offset !== undefined) throw errorAt(at, "NOT_SUPPORTED", `Time zone not supported: ${offset}`);
  if (!parsed) throw invalid();
  if (parsed.finer) throw finer("timestamps", at);
  const { micros, zone, precision } = parsed;
  if (zone === undefined) return constant(timeOf("timestamp", precision), micros);
  const instant = instantOfLocal(micros, zone);
  // The time does not exist, because the zone's clock skips it.
  if (localOf(instant, zone) !== micros) throw invalid();
  return constant(timeOf("timestamp with time zone", precision), { instant, zone });
}
