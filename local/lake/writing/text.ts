import { textOf } from "../trino/casts/text";
import type { Entries, Plain } from "../trino/functions/javascript/values";
import { formatDecimal } from "../trino/types/text/numbers";
import { formatTimestamp } from "../trino/types/text/times";
import type { Type } from "../trino/types/types";
import type { WriteFormat } from "./formats";

type Write = (value: Plain) => string;

/** Returns a function that writes a value of delimited text so that LazySimpleSerDe reads the same value. */
export function textWriter(type: Type, format: WriteFormat, level = 1): Write {
  const write = nonNull(type, format, level);
  return (value) => (value === null ? format.nullText : write(value));
}

function nonNull(type: Type, format: WriteFormat, level: number): Write {
  const separator = format.separators[level] ?? "\u0008";
  switch (type.kind) {
    case "varchar":
    case "char":
      return escaped(format);
    case "varbinary":
      return (value) => Buffer.from(value as Uint8Array).toString("base64");
    case "timestamp":
      return (value) => formatTimestamp(value as bigint, 3);
    case "array": {
      const element = textWriter(type.element, format, level + 1);
      return (value) => (value as readonly Plain[]).map(element).join(separator);
    }
    case "map": {
      const key = textWriter(type.key, format, level + 2);
      const item = textWriter(type.value, format, level + 2);
      const between = format.separators[level + 1] ?? "\u0008";
      return (value) => (value as Entries).map(([k, v]) => `${key(k)}${between}${item(v)}`).join(separator);
    }
    case "row": {
      const fields = type.fields.map((field) => textWriter(field.type, format, level + 1));
      return (value) =>
        fields.map((field, index) => field((value as readonly Plain[])[index] ?? null)).join(separator);
    }
    default:
      return textOf(type);
  }
}

/** Returns a function that escapes the separators in a string, if the table has an escape character. */
function escaped({ escaping, separators }: WriteFormat): Write {
  if (escaping === undefined) return String;
  const special = new Set([escaping, ...separators]);
  return (value) => [...String(value)].map((one) => (special.has(one) ? `${escaping}${one}` : one)).join("");
}

/** Returns a function that writes a value as JSON in the form of Hive's JSON SerDe. */
export function jsonWriter(type: Type): Write {
  const write = nonNullJson(type);
  return (value) => (value === null ? "null" : write(value));
}

function nonNullJson(type: Type): Write {
  switch (type.kind) {
    case "boolean":
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return String;
    case "real":
    case "double": {
      const write = textOf(type);
      return (value) => (Number.isFinite(value) ? write(value) : JSON.stringify(write(value)));
    }
    case "decimal":
      return (value) => formatDecimal(value as bigint, type.scale);
    case "timestamp":
      return (value) => JSON.stringify(formatTimestamp(value as bigint, 3));
    case "varbinary":
      return (value) => JSON.stringify(Buffer.from(value as Uint8Array).toString("base64"));
    case "array": {
      const element = jsonWriter(type.element);
      return (value) => `[${(value as readonly Plain[]).map(element).join(",")}]`;
    }
    case "map": {
      const key = textOf(type.key);
      const item = jsonWriter(type.value);
      return (value) =>
        `{${(value as Entries).map(([k, v]) => `${JSON.stringify(key(k))}:${item(v)}`).join(",")}}`;
    }
    case "row": {
      const fields = type.fields.map((field) => jsonWriter(field.type));
      return (value) => {
        const items = value as readonly Plain[];
        const written = type.fields.map(
          ({ name }, index) =>
            `${JSON.stringify(name ?? `field${index}`)}:${fields[index]?.(items[index] ?? null)}`,
        );
        return `{${written.join(",")}}`;
      };
    }
    default: {
      const write = textOf(type);
      return (value) => JSON.stringify(write(value));
    }
  }
}
