import { outOfRange } from "../../types/errors";
import { longOf } from "../../types/longs";
import { check, invalid } from "../errors";
import { type Family, plain } from "../implementation";

/** https://trino.io/docs/current/functions/conversion.html */
const suffixes = ["", "K", "M", "B", "T", "Q"];

/** Formats 1,705,314,600 as `1.71B`: with three significant digits and no trailing zeros. */
function formatNumber(value: number | bigint): string {
  if (Number.isNaN(value)) return "0";
  // Numbers out of the range of bigint become its largest or smallest value.
  const number = Math.min(2 ** 63, Math.max(-(2 ** 63), Number(value)));
  let rest = Math.trunc(number);
  let unit = 0;
  let fraction = rest;
  while (Math.abs(fraction) >= 1000 && unit < suffixes.length - 1) {
    fraction /= 1000;
    unit += 1;
  }
  rest = Math.abs(fraction);
  // Trino compares the signed value, so that every negative number gets two digits.
  const digits = fraction < 10 ? 2 : fraction < 100 ? 1 : 0;
  const rounded = halfEven(fraction, digits);
  return `${rounded}${suffixes[unit]}`;
}

function halfEven(value: number, digits: number): string {
  const factor = 10 ** digits;
  const scaled = Math.abs(value) * factor;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  return String((value < 0 ? -rounded : rounded) / factor);
}

const units = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

function parseDataSize(text: string): bigint {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*$/.exec(text);
  const power = match ? units.indexOf(match[2] ?? "") : -1;
  if (!match || power < 0) throw invalid(`Invalid data size: '${text}'`);
  const [whole = "0", fraction = ""] = (match[1] ?? "0").split(".");
  const scale = 10n ** BigInt(fraction.length);
  const value = (BigInt(whole + fraction) * 1024n ** BigInt(power)) / scale;
  if (value >= 10n ** 38n) throw outOfRange(`Value out of range: '${text}' ('${value}B')`);
  return value;
}

const milliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function parseDuration(text: string): bigint {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*$/.exec(text);
  if (!match) throw invalid(`duration is not a valid data duration string: ${text}`);
  const unit = match[2] ?? "";
  const factor = Object.hasOwn(milliseconds, unit) ? milliseconds[unit] : undefined;
  if (factor === undefined) throw invalid(`Unknown time unit: ${unit}`);
  return BigInt(Math.floor(Number(match[1]) * factor + 0.5));
}

function humanReadableSeconds(value: number): string {
  check(Number.isFinite(value), `Invalid argument found: ${value}`);
  // Java rounds to a long, so larger numbers become its largest value.
  const rounded = Math.floor(Math.abs(value) + 0.5);
  let left = longOf(rounded);
  const parts: string[] = [];
  for (const [name, size] of [
    ["week", 604_800n],
    ["day", 86_400n],
    ["hour", 3_600n],
    ["minute", 60n],
    ["second", 1n],
  ] as const) {
    const count = left / size;
    left %= size;
    if (count > 0n) parts.push(`${count} ${name}${count === 1n ? "" : "s"}`);
  }
  return parts.length === 0 ? "0 seconds" : parts.join(", ");
}

export const quantities: Family = {
  format_number: plain(formatNumber),
  human_readable_seconds: plain(humanReadableSeconds),
  parse_data_size: plain(parseDataSize),
  parse_duration: plain(parseDuration),
  parse_presto_data_size: plain(parseDataSize),
};
