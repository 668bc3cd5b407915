import type { Entries, Plain } from "../functions/javascript/values";
import { TrinoError } from "../types/errors";
import { formatType } from "../types/format";
import { equalNested } from "../types/nested";
import { uuidBits } from "../types/text/networks";
import { formatDouble, formatReal } from "../types/text/numbers";
import { isNumeric, isText, sameType, type Type, type TypeOf } from "../types/types";
import { invalidCast } from "./errors";
import { jsonCast, jsonReader } from "./json";
import { numberCast } from "./numbers";
import { parser } from "./parse";
import { isUncut, textOf } from "./text";
import { type CastSession, timeCast } from "./times";

type Convert = (value: Plain) => Plain;

/** Returns the cast of plain values between two types. NULLs inside of a value stay NULL. */
export function caster(from: Type, to: Type, session: CastSession): Convert {
  const { zone } = session;
  if (sameType(from, to)) return (value) => value;
  if (from.kind === "unknown") return () => null;
  if (to.kind === "json") return from.kind === "varchar" ? jsonCast({ kind: "varchar" }) : jsonCast(from);
  if (from.kind === "json") return jsonReader(to, zone);
  if (from.kind === "array" && to.kind === "array") {
    const element = nullable(from.element, to.element, session);
    return (value) => (value as readonly Plain[]).map(element);
  }
  if (from.kind === "map" && to.kind === "map") return mapCast(from, to, session);
  if (from.kind === "row" && to.kind === "row") {
    const fields = from.fields.map((field, index) =>
      nullable(field.type, to.fields[index]?.type ?? field.type, session),
    );
    return (value) => (value as readonly Plain[]).map((item, index) => fields[index]?.(item) ?? null);
  }
  if (to.kind === "varchar") return toVarchar(from, to);
  if (to.kind === "char")
    return (value) => {
      const characters = [...(value as string)].slice(0, to.length);
      return characters.join("") + " ".repeat(to.length - characters.length);
    };
  if (isText(from)) {
    const parse = parser(to, zone);
    if (parse) return (value) => parse(value as string);
  }
  if ((isNumeric(from) || from.kind === "boolean") && (isNumeric(to) || to.kind === "boolean"))
    return numberCast(from, to);
  const cast = timeCast(from, to, session) ?? binaryCast(from, to);
  if (!cast)
    throw new TrinoError(
      "NOT_SUPPORTED",
      `CAST from ${formatType(from)} to ${formatType(to)} is not supported here`,
    );
  return cast;
}

function nullable(from: Type, to: Type, session: CastSession): Convert {
  const cast = caster(from, to, session);
  return (value) => (value === null ? null : cast(value));
}

function mapCast(from: TypeOf<"map">, to: TypeOf<"map">, session: CastSession): Convert {
  const key = caster(from.key, to.key, session);
  const item = nullable(from.value, to.value, session);
  return (value) => {
    const entries = (value as unknown as Entries).map(([name, entry]): [Plain, Plain] => [
      key(name),
      item(entry),
    ]);
    for (const [index, [name]] of entries.entries())
      if (entries.slice(0, index).some(([other]) => equalNested(other, name, to.key, true)))
        throw invalidCast("duplicate keys");
    return entries as unknown as Plain;
  };
}

function toVarchar(from: Type, to: TypeOf<"varchar">): Convert {
  const { length } = to;
  if (isText(from))
    return length === undefined
      ? (value) => value
      : (value) => {
          const text = value as string;
          return text.length <= length ? text : [...text].slice(0, length).join("");
        };
  const write = textOf(from);
  if (isUncut(from)) return write;
  return bounded(to, write, (value, text) =>
    from.kind === "double" || from.kind === "real"
      ? `Value ${from.kind === "real" ? formatReal(value as number) : formatDouble(value as number)} (${text}) cannot be represented as varchar(${length})`
      : `Value ${text} cannot be represented as varchar(${length})`,
  );
}

/** Numbers and dates that are too long for a varchar(n) are an error. They are not cut. */
function bounded(
  { length }: TypeOf<"varchar">,
  write: (value: Plain) => string,
  sentence: (value: Plain, text: string) => string,
): Convert {
  if (length === undefined) return write;
  return (value) => {
    const text = write(value);
    if ([...text].length > length) throw invalidCast(sentence(value, text));
    return text;
  };
}

function binaryCast(from: Type, to: Type): Convert | undefined {
  if (from.kind === "varbinary" && to.kind === "uuid")
    return (value) => {
      const bytes = value as Uint8Array;
      if (bytes.length !== 16) throw invalidCast(`Invalid UUID binary length: ${bytes.length}`);
      return uuidBits(Buffer.from(bytes).toString("hex"));
    };
  if (from.kind === "uuid" && to.kind === "varbinary")
    return (value) => Uint8Array.from(Buffer.from((value as bigint).toString(16).padStart(32, "0"), "hex"));
  if (from.kind === "varbinary" && to.kind === "ipaddress")
    return (value) => {
      const bytes = value as Uint8Array;
      if (bytes.length === 16) return bytes;
      if (bytes.length === 4) return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...bytes);
      throw invalidCast(`Invalid IP address binary length: ${bytes.length}`);
    };
  if (from.kind === "ipaddress" && to.kind === "varbinary") return (value) => value;
  return undefined;
}
