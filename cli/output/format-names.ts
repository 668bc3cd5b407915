/** Formats in which a query's answer can be written. */
export const formats = ["table", "json", "ndjson", "csv", "markdown"] as const;

export type OutputFormat = (typeof formats)[number];

const extensions: Readonly<Record<string, OutputFormat>> = {
  ".json": "json",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".csv": "csv",
  ".md": "markdown",
};

/** The format that the extension of a file name stands for. */
export const formatOfFile = (file: string): OutputFormat =>
  extensions[/\.\w+$/.exec(file)?.[0] ?? ""] ?? "table";
