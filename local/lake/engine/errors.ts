import { decodeError, TrinoError } from "../trino/types/errors";

/**
 * Translates an error of DuckDB, raised while a statement runs, to an error of Trino. Errors that the statement did not
 * cause are returned unchanged.
 */
export function toTrinoError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TrinoError) return error;
  const carried = decodeError(conversionText(error.message));
  if (carried) return carried;
  if (error.message.includes("Max expression depth limit"))
    return new TrinoError("NOT_SUPPORTED", "statement is too large (nested too deeply to run here)");
  const [, kind, rest = ""] = /^(?:Failed to [\w ]+: )?([\w ]+?) Error: ([\s\S]+)$/.exec(error.message) ?? [];
  const [summary = ""] = rest.split("\n");
  switch (kind) {
    case "Out of Range":
      return new TrinoError("NUMERIC_VALUE_OUT_OF_RANGE", overflow(summary));
    case "Conversion":
      // Sums are computed in a wider type than their result's, so that an overflow appears as a failed conversion.
      return /out of range/.test(summary)
        ? new TrinoError("NUMERIC_VALUE_OUT_OF_RANGE", outOfRange(summary))
        : new TrinoError("INVALID_CAST_ARGUMENT", summary);
    case "Invalid Input":
      return new TrinoError("INVALID_FUNCTION_ARGUMENT", summary);
    // The object has a Parquet footer, but other parts of it are not valid Parquet.
    case "Invalid":
    case "IO":
      if (disk.test(summary)) return new TrinoError("HIVE_FILESYSTEM_ERROR", summary);
      return new TrinoError("HIVE_BAD_DATA", `Malformed Parquet file. ${summary}`);
    case "TProtocolException":
      return new TrinoError("HIVE_BAD_DATA", `Malformed Parquet file. ${summary}`);
    case "Out of Memory":
      return new TrinoError("EXCEEDED_LOCAL_MEMORY_LIMIT", summary);
    default:
      return error;
  }
}

const disk =
  /No space left on device|Disk quota exceeded|Read-only file system|Permission denied|Too many open files/;

/** Returns the text inside the quotes of `Could not convert string 'TrinoError …' to INT32`. */
function conversionText(message: string): string {
  const [, text] = /Could not convert string ['"]([\s\S]*)['"] to [\w(), ]+(?:\n|$)/.exec(message) ?? [];
  return text ?? message.replace(/\n+LINE \d+:[\s\S]*$/, "");
}

const integers: Readonly<Record<string, string>> = {
  INT8: "tinyint",
  INT16: "smallint",
  INT32: "integer",
  INT64: "bigint",
};

/**
 * Translates `Type INT128 with value 9… can't be cast because the value is out of range for the destination type INT64`
 * to Trino's message.
 */
function outOfRange(summary: string): string {
  const [, from = "", value, to = ""] =
    /Type (\w+) with value (\S+) can't be cast .* destination type (\w+)/.exec(summary) ?? [];
  const name = integers[to];
  if (!value || !name) return summary;
  return integers[from]
    ? `Out of range for ${name}: ${value}`
    : `Value ${value} exceeds the range of ${name}`;
}

/** Translates `Overflow in addition of INT64 (1 + 2)!` to Trino's message. */
function overflow(summary: string): string {
  const [, operation, type = "", values] =
    /Overflow in (\w+) of (\w+)(?:\(\d+\))? \((.*)\)/.exec(summary) ?? [];
  const name = integers[type];
  return operation && name ? `${name} ${operation} overflow: ${values}` : summary;
}
