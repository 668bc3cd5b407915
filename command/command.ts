import { Command, CommanderError, Option } from "commander";
import { describeFailure, type ErrorClass, UsageError } from "./errors";
import { forgottenDashes } from "./npm";
import { suggestion } from "./suggestion";

/** The streams, environment and signal that a command uses. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted with an `Interruption` when the user stops the command. */
  readonly signal: AbortSignal;
}

/** A command with its flags, and the function that runs it once they are read. */
export interface Action {
  readonly command: Command;
  /** @returns The exit code. */
  run(io: Io): Promise<number>;
}

/**
 * Defines a command with the flags that all commands have.
 *
 * @param invocation How the command is called, such as `npm run query --`, which its help shows.
 * @param description Description of the command. Lists of commands show its first clause, up to a colon or full stop.
 */
export function defineCommand(name: string, invocation: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .summary(/^.*?(?=[:.](?:\s|$))/.exec(description)?.[0] ?? description)
    .exitOverride()
    .allowExcessArguments(false)
    .helpOption("--help", "print this text")
    .configureHelp({ commandUsage: (shown) => `${invocation} ${shown.usage()}`.trim() });
  return command.addOption(new Option("--debug", "print the stack trace of an error").hideHelp());
}

/** Adds text to the end of a command's help, wrapped to the width of the terminal. */
export function endHelpWith(command: Command, text: string): Command {
  return command.addHelpText("after", () => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? 80;
    return `\n${command.createHelp().boxWrap(text, width)}`;
  });
}

export interface Program {
  /** Name that starts messages which belong to no particular command. */
  readonly name: string;
  readonly invocation: string;
  readonly description: string;
  readonly actions: readonly Action[];
  /** Name of the command that runs when none is named. */
  readonly defaultCommand?: string;
  /** Classes of errors whose messages are for the user, in addition to those of this package. */
  readonly userErrors?: readonly ErrorClass[];
}

/**
 * Reads a command line and runs its command. Each error becomes one line on standard error that starts with the
 * command's name.
 *
 * @param args The arguments after the program's name.
 * @returns The exit code: the command's own, 2 for a mistake in the command line, or 1 for any other error.
 */
export async function runCommands(program: Program, args: readonly string[], io: Io): Promise<number> {
  const [first = ""] = args;
  const isNamed = first !== "" && !first.startsWith("-");
  const line = isNamed || program.defaultCommand === undefined ? args : [program.defaultCommand, ...args];
  const find = (name: string | undefined) =>
    program.actions.find(({ command }) => command.name() === name)?.command;
  const speaker = find(line[0])?.name();
  try {
    const meant = find(line[0]) ?? find(program.defaultCommand);
    const forgotten = meant && forgottenDashes(meant, args, io.env);
    const action = choose(program, line, io, forgotten);
    return action ? await action.run(io) : 0;
  } catch (error) {
    const { userErrors } = program;
    const { message, exitCode } = describeFailure(error, { userErrors, debug: args.includes("--debug") });
    io.stderr.write(`${speaker ?? program.name}: ${message}\n`);
    return exitCode;
  }
}

/** Runs the only command of a program with this process's arguments and streams, and sets the process's exit code. */
export async function runAlone(action: Action, userErrors: readonly ErrorClass[] = []): Promise<void> {
  const { stdin, stdout, stderr, env, argv } = process;
  const { command } = action;
  const [name, description] = [command.name(), command.description()];
  const program: Program = { name, invocation: name, description, actions: [action], userErrors };
  const { signal } = new AbortController();
  const io: Io = { stdin, stdout, stderr, env, signal };
  process.exitCode = await runCommands(program, [name, ...argv.slice(2)], io);
}

/**
 * Finds the command that the line names and reads its flags.
 *
 * @param forgotten What to tell the user if npm has taken flags for itself. Their values can be among the arguments,
 *   where they are mistakes.
 * @returns The command; undefined when the line asked for help, which has been printed.
 * @throws UsageError
 */
function choose(
  program: Program,
  line: readonly string[],
  io: Io,
  forgotten: string | undefined,
): Action | undefined {
  let chosen: Action | undefined;
  const root = defineCommand(program.name, program.invocation, program.description).usage(
    "COMMAND [options]",
  );
  checkHelpTopic(program, line);
  root.helpCommand("help [command]", "print the help of a command");
  for (const action of program.actions)
    root.addCommand(
      action.command.action(() => {
        chosen = action;
      }),
    );
  const output = { writeOut: (text: string) => void io.stdout.write(text), writeErr: () => {} };
  for (const command of [root, ...root.commands]) command.configureOutput(output);
  try {
    parse(root, line);
  } catch (error) {
    if (error instanceof CommanderError) return undefined;
    throw forgotten === undefined ? error : new UsageError(forgotten);
  }
  if (chosen && forgotten !== undefined) throw new UsageError(forgotten);
  if (chosen) checkValues(chosen.command);
  return chosen;
}

/** Refuses `help` of a command that does not exist. Commander would end without a message. */
function checkHelpTopic({ actions }: Program, [first, topic]: readonly string[]): void {
  if (first !== "help" || topic === undefined || topic.startsWith("-")) return;
  const names = ["help", ...actions.map(({ command }) => command.name())];
  if (names.includes(topic)) return;
  throw new UsageError(
    `unknown command "${topic}"${suggestion(topic, names) || "; --help lists what there is"}`,
  );
}

/**
 * Reads the flags of one command. Afterwards its `opts()` returns them.
 *
 * @throws UsageError
 */
export function readFlags(command: Command, args: readonly string[]): void {
  command.configureOutput({ writeErr: () => {} });
  parse(command, args);
  checkValues(command);
}

/** An SQL statement that begins with a comment begins as a flag does. After `--` it is taken for what it is. */
function commentsLast(args: readonly string[]): string[] {
  const isComment = (arg: string) => /^--\s/.test(arg);
  if (args.includes("--") || !args.some(isComment)) return [...args];
  return [...args.filter((arg) => !isComment(arg)), "--", ...args.filter(isComment)];
}

/** @throws UsageError, or commander's own error when commander has printed the help. */
function parse(command: Command, args: readonly string[]): void {
  try {
    command.parse(commentsLast(args), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError) || isHelp(error, args)) throw error;
    throw new UsageError(usageMessage(error));
  }
}

/** Whether an error only means that help was printed as requested. Its exit code is then the one the process had. */
const isHelp = ({ exitCode, code }: CommanderError, args: readonly string[]): boolean =>
  exitCode === 0 || (code === "commander.help" && args.length > 0);

/** Commander's message as one line, in the style of the project's own messages. */
function usageMessage({ code, message }: CommanderError): string {
  if (code === "commander.help") return "name a command; --help lists them";
  const [, expected, given] = /Expected (\d+) arguments? but got (\d+)/.exec(message) ?? [];
  if (expected !== undefined)
    return expected === "0"
      ? "it takes no arguments, only flags; --help lists them"
      : `${given} arguments are given and it takes ${expected}; put text that has blanks in quotes`;
  const [what = "", ...more] = message.replace(/^error: /, "").split("\n");
  const text = what
    .replaceAll(/'(--?\w[\w=-]*)[^']*'/g, "$1")
    .replace(/^option (\S+) argument missing$/, "$1 needs a value")
    .replace(/^unknown command '(.*)'$/, 'unknown command "$1"');
  const near = /\(Did you mean (.+)\?\)/.exec(more.join(" "))?.[1];
  return `${text}; ${near ? `did you mean ${near}?` : "--help lists what there is"}`;
}

const noValue = "needs a value; --help lists what there is";

/** Refuses a flag whose value is itself a flag, as in `--stack --json`, because the value was left out. */
function checkValues(command: Command): void {
  const flags = command.options.map(({ long }) => long);
  for (const [name, value] of Object.entries(command.opts<Record<string, unknown>>()))
    if (typeof value === "string" && flags.includes(value))
      throw new UsageError(
        `--${command.options.find((option) => option.attributeName() === name)?.name()} ${noValue}`,
      );
}
