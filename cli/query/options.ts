import { parseArgs } from "node:util";
import { QueryError } from "@streaming-data-lake/lake";
import { type Format, formatOfFile, formats } from "./formats";
import { type ParameterValue, parseParameter } from "./parameters";

export const help = `Asks the lake a question in SQL: on this machine with DuckDB, or on AWS with Athena.

  npm run query -- "SELECT sensor_id, max(temperature) FROM sensor_data GROUP BY 1"
  npm run query -- --list
  npm run query -- --name latest-readings
  npm run query -- "SELECT * FROM sensor_data WHERE temperature > :threshold" --param threshold=28

What to ask (one of)
  "SELECT …"           one statement: SELECT, SHOW, DESCRIBE, EXPLAIN or INSERT INTO
  -                    the statement on standard input
  --file FILE          the statement in a file
  --name NAME          a query of the stack
  --list               no statement: list the stack's queries
  --param NAME=VALUE   the value of :NAME; may come more than once. Numbers, true, false and null are meant
                       as such; anything else, and what stands in 'quotes', as text

Where
  --aws                run it on Athena, in the stack's workgroup (region of the stack; the usual AWS
                       credentials; AWS_ENDPOINT_URL for another endpoint)
  --stack PATH         the synthesized stack                     default the one in cdktf.out, made when it is not there
  --dir FOLDER         the local runner's folder                 default .local

Answer
  --format FORMAT      ${formats.join(", ")}       default table, or what FILE ends in
  --output FILE        write the answer to FILE instead of standard output
  --help               this text

Rows go to standard output; counts, time, bytes scanned and what they cost on Athena to standard error.
`;

export interface QueryOptions {
  readonly source:
    | { readonly kind: "sql" | "file" | "name"; readonly text: string }
    | { readonly kind: "stdin" | "list" };
  readonly params: ReadonlyMap<string, ParameterValue>;
  readonly aws: boolean;
  /** Absent for the stack of this project's app. */
  readonly stack?: string;
  readonly dir: string;
  readonly format: Format;
  readonly output?: string;
}

/**
 * Reads the command line.
 *
 * @returns undefined when it asks for help.
 * @throws QueryError in one line when an argument is unknown, missing or wrong.
 */
export function parseOptions(args: readonly string[]): QueryOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const format = values.format ?? (values.output === undefined ? "table" : formatOfFile(values.output));
  if (!isFormat(format)) throw new QueryError(`--format ${format}: there are ${formats.join(", ")}`);
  return {
    source: sourceOf(values, positionals),
    params: new Map((values.param ?? []).map(parseAssignment)),
    aws: values.aws ?? false,
    stack: values.stack,
    dir: values.dir ?? ".local",
    format,
    output: values.output,
  };
}

const isFormat = (text: string): text is Format => (formats as readonly string[]).includes(text);

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        file: { type: "string" },
        name: { type: "string" },
        list: { type: "boolean" },
        param: { type: "string", multiple: true },
        aws: { type: "boolean" },
        stack: { type: "string" },
        dir: { type: "string" },
        format: { type: "string" },
        output: { type: "string" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new QueryError(`${(error as Error).message.split(". ")[0]}; --help lists the options`);
  }
}

type Values = ReturnType<typeof parse>["values"];

function sourceOf({ file, name, list }: Values, positionals: readonly string[]): QueryOptions["source"] {
  const [text, ...rest] = positionals;
  if (rest.length > 0)
    throw new QueryError(
      `one statement at a time: put it in quotes ("${positionals.join('" "')}" are ${positionals.length})`,
    );
  const given = [text, file, name, list].filter((source) => source !== undefined).length;
  if (given === 0)
    throw new QueryError(
      'no statement: give one in quotes, "-", --file, --name or --list; --help tells more',
    );
  if (given > 1) throw new QueryError("give one of a statement, --file, --name and --list");
  if (list) return { kind: "list" };
  if (file !== undefined) return { kind: "file", text: file };
  if (name !== undefined) return { kind: "name", text: name };
  return text === "-" ? { kind: "stdin" } : { kind: "sql", text: text ?? "" };
}

function parseAssignment(text: string): [string, ParameterValue] {
  const [, name, value] = /^([a-z_]\w*)=([\s\S]*)$/i.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new QueryError(`--param ${text}: write NAME=VALUE`);
  return [name, parseParameter(value)];
}
