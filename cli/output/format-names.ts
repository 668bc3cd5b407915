/** Formats in which a query's answer can be written. */
export const formats = ["table", "json", "ndjson", "csv", "markdown"] as const;

export type Format = (typeof formats)[number];

const extensions: Readonly<Record<string, Format>> = {
  ".json": "json",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".csv": "csv",
  ".md": "markdown",
};

/** The format that the extension of a file name stands for. */
export const formatOfFile = (file: string): Format => extensions[/\.\w+$/.exec(file)?.[0] ?? ""] ?? "table";
