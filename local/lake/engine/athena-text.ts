import type { Entries, Plain } from "../trino/functions/javascript/values";
import { formatDouble, formatReal } from "../trino/types/text/numbers";
import type { Type } from "../trino/types/types";
import { clientWriter } from "./client-values";

/**
 * Writes a value as Athena's results show it: numbers as Java writes them, binary values as pairs of hexadecimal
 * digits, arrays as `[a, b]`, maps as `{key=value}`, and rows as `{name=value}`, where unnamed fields are called
 * `field0`, `field1`, …
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-arrays.html
 */
export function athenaText(type: Type): (value: Plain) => string {
  switch (type.kind) {
    case "double":
      return (value) => formatDouble(value as number);
    case "real":
      return (value) => formatReal(value as number);
    case "varbinary":
      return (value) =>
        Buffer.from(value as Uint8Array)
          .toString("hex")
          .replace(/..(?=.)/g, "$& ");
    case "array": {
      const element = itemText(type.element);
      return (value) => `[${(value as readonly Plain[]).map(element).join(", ")}]`;
    }
    case "map": {
      const [key, item] = [itemText(type.key), itemText(type.value)];
      return (value) =>
        `{${(value as unknown as Entries).map(([name, entry]) => `${key(name)}=${item(entry)}`).join(", ")}}`;
    }
    case "row": {
      const fields = type.fields.map(({ name, type: field }, index) => ({
        name: name ?? `field${index}`,
        write: itemText(field),
      }));
      return (value) =>
        `{${fields.map(({ name, write }, index) => `${name}=${write((value as readonly Plain[])[index] ?? null)}`).join(", ")}}`;
    }
    default: {
      const write = clientWriter(type);
      return (value) => String(write(value));
    }
  }
}

function itemText(type: Type): (value: Plain) => string {
  const write = athenaText(type);
  return (value) => (value === null ? "null" : write(value));
}
