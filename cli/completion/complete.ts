import { choicesOf } from "@streaming-data-lake/command";
import type { Command, Option } from "commander";

/** A word that can come next on a command line. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

export interface Commands {
  /** The commands that the first word after the program's name can call. */
  readonly named: readonly Command[];
  /** The command that flags belong to when no command is named. */
  readonly unnamed?: Command;
}

/** The parts of a project that completion offers: its scripts, its programs' commands and its queries. */
export interface Project {
  /** The scripts of `package.json`. */
  readonly scripts: Readonly<Record<string, string>>;
  /** The commands of each program that a script runs, by the program's path. */
  readonly programs: Readonly<Record<string, Commands>>;
  /** The stack's queries, for `--name`. */
  readonly queries: () => readonly Candidate[];
}

/** Matches a script that runs a program of this project: the program's path, and the arguments that it always gets. */
const programScript = /^node scripts\/run\.cjs (\S+)(.*)$/;

/**
 * Lists the words that can replace the last word of a line, such as `npm`, `run`, `query`, `--`, `--na`.
 *
 * @returns An empty list where a file or free text is expected; undefined for a line without a program of the project.
 */
export function complete(words: readonly string[], project: Project): readonly Candidate[] | undefined {
  const typed = words.at(-1) ?? "";
  const found = candidatesAfter(words.slice(0, -1), project);
  return found?.filter(({ value }) => value.startsWith(typed));
}

function candidatesAfter(
  [tool, ...rest]: readonly string[],
  project: Project,
): readonly Candidate[] | undefined {
  if (tool === "npx")
    return rest[0] === "tsx" && /^(?:\.\/)?producer\/?$/.test(rest[1] ?? "")
      ? ofProgram("producer/cli.ts", rest.slice(2), project)
      : undefined;
  if (tool !== "npm") return undefined;
  const dashes = rest.indexOf("--");
  // A word before `--` that begins with a hyphen is one of npm's own flags, such as --silent.
  const npmWords = (dashes < 0 ? rest : rest.slice(0, dashes)).filter((word) => !word.startsWith("-"));
  const [first = "", script] = npmWords;
  const isRun = first === "run" || first === "run-script";
  if (isRun && script === undefined && dashes < 0)
    return Object.entries(project.scripts).map(([value, description]) => ({ value, description }));
  const [, path, given = ""] =
    programScript.exec(project.scripts[isRun ? (script ?? "") : first] ?? "") ?? [];
  if (path === undefined || npmWords.length > (isRun ? 2 : 1)) return undefined;
  if (dashes < 0) return [{ value: "--", description: "what follows is for the command, not for npm" }];
  const always = given.split(" ").filter((word) => word !== "");
  return ofProgram(path, [...always, ...rest.slice(dashes + 1)], project);
}

function ofProgram(
  path: string,
  before: readonly string[],
  { programs, queries }: Project,
): readonly Candidate[] | undefined {
  const commands = programs[path];
  if (commands === undefined) return undefined;
  const [first] = before;
  const names = commands.named.map((each) => ({ value: each.name(), description: each.summary() }));
  if (first === "help") return before.length === 1 ? names : [];
  const called = commands.named.find((each) => each.name() === first);
  const command = called ?? commands.unnamed;
  const given = called ? before.slice(1) : before;
  const open = command && awaiting(command, given.at(-1));
  if (open) return open.name() === "name" ? queries() : valuesOf(open);
  return [...(first === undefined && commands.named.length > 0 ? names : []), ...flagsOf(command, given)];
}

/** The flag whose value the next word is. */
const awaiting = (command: Command, before: string | undefined): Option | undefined =>
  command.options.find(({ long, required }) => required && long === before);

const valuesOf = (option: Option): readonly Candidate[] =>
  choicesOf(option).map((value) => ({ value, description: "" }));

/** The flags that are not given yet, and those that can be repeated. */
function flagsOf(command: Command | undefined, given: readonly string[]): readonly Candidate[] {
  if (command === undefined) return [];
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) =>
      long && (!given.includes(long) || /may come more than once$/.test(description))
        ? [{ value: long, description: firstClause(description) }]
        : [],
    );
}

/** The first clause of a description. Completion shows one line for each flag, and the help has the rest. */
const firstClause = (text: string): string => /^.*?(?=[:;.]\s|\s\()/.exec(text)?.[0] ?? text;
