import {
  type Action,
  defineCommand,
  flag,
  type Io,
  number,
  oneOf,
  type Reader,
  repeatedFlag,
  UsageError,
} from "@streaming-data-lake/command";
import type { ParameterValue } from "@streaming-data-lake/lake";
import { dirFlag, planFlag, stackFlag, stateFlag } from "../flags";
import { formatOfFile, formats, type OutputFormat } from "../output/format-names";
import type { QueryFlags } from "./options";
import { parseParameter } from "./parameters";

interface Flags extends Omit<QueryFlags, "source" | "params" | "format"> {
  readonly file?: string;
  readonly name?: string;
  readonly list?: true;
  readonly param?: readonly (readonly [string, ParameterValue])[];
  readonly format?: OutputFormat;
}

const assignment: Reader<readonly [string, ParameterValue]> = (flagName, text) => {
  const [, name, value] = /^([a-z_]\w*)=([\s\S]*)$/i.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new UsageError(`${flagName} is "${text}"; it must be NAME=VALUE`);
  return [name, parseParameter(value)];
};

export function queryCommand(invocation: string): Action {
  const command = defineCommand(
    "query",
    invocation,
    "Queries the lake in SQL: on this machine with DuckDB, or on AWS with Athena. Rows go to standard output; their " +
      "number, the time, the bytes scanned and what these cost on Athena go to standard error. Several statements are " +
      "separated by semicolons. Without a statement, a terminal gets a prompt.",
  )
    .argument(
      "[statement]",
      "any Athena statement, in quotes: SELECT, INSERT INTO, CREATE TABLE, SHOW, …; - reads it from standard input",
    )
    .optionsGroup("Instead of a statement:")
    .addOption(flag("--file <file>", "run the statements in a file"))
    .addOption(flag("--name <name>", "run a query of the stack"))
    .addOption(flag("--list", "list the stack's queries").conflicts(["param", "database", "timeLimit"]))
    .addOption(
      repeatedFlag(
        "--param <name=value>",
        "the value of :NAME. Numbers, true, false and null are taken as such; anything else, and whatever is in 'quotes', is text",
        assignment,
      ),
    )
    .optionsGroup("Where:")
    .addOption(
      flag("--aws", "run it on Athena, in the stack's workgroup, with the usual AWS credentials").conflicts([
        "dir",
        "timeLimit",
      ]),
    )
    .addOption(stackFlag())
    .addOption(planFlag())
    .addOption(stateFlag())
    .addOption(dirFlag("the local runner's folder"))
    .addOption(
      flag("--database <name>", "the database of tables that are named without one (default: the stack's)"),
    )
    .addOption(
      flag(
        "--time-limit <seconds>",
        "stop the statement on this machine after so long (default: 1800, as on Athena)",
        number(0.001, 86_400),
      ),
    )
    .optionsGroup("Answer:")
    .addOption(
      flag(
        "--format <format>",
        `${formats.join(", ")} (default: table, or what the name of --output ends in)`,
        oneOf(formats),
      ),
    )
    .addOption(flag("--output <file>", "write the answer to a file instead of standard output"));
  return {
    command,
    run: async (io) => {
      const options = readOptions(command.args, command.opts<Flags>(), io);
      return (await import("./answer.js")).showAnswer(options, io);
    },
  };
}

/** @throws UsageError when no source of statements is given, or more than one. */
function readOptions([statement]: readonly string[], flags: Flags, io: Io): QueryFlags {
  const { file, name, list, param = [], format, ...others } = flags;
  const { output } = flags;
  return {
    ...others,
    source: sourceOf(statement, flags, io),
    params: new Map(param),
    format: format ?? (output === undefined ? "table" : formatOfFile(output)),
  };
}

function sourceOf(
  statement: string | undefined,
  { file, name, list }: Flags,
  { stdin, stdout }: Io,
): QueryFlags["source"] {
  const given = [statement, file, name, list].filter((source) => source !== undefined).length;
  if (given === 0 && stdin.isTTY && stdout.isTTY) return { kind: "prompt" };
  if (given !== 1)
    throw new UsageError(
      `${given === 0 ? "there is no statement: give" : "give only"} one of a statement in quotes, "-", --file, --name and --list`,
    );
  if (list) return { kind: "list" };
  if (file !== undefined) return { kind: "file", text: file };
  if (name !== undefined) return { kind: "name", text: name };
  return statement === "-" ? { kind: "stdin" } : { kind: "sql", text: statement ?? "" };
}
