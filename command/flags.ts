import { Option } from "commander";
import { UsageError } from "./errors";
import { suggestion } from "./suggestion";

/**
 * Makes a flag's text a value.
 *
 * @param flag The flag as it is typed, such as `--rate`, for the message.
 * @throws UsageError
 */
export interface Reader<T> {
  (flag: string, text: string): T;
  /** The texts that it takes, where they can be counted. */
  readonly choices?: readonly string[];
}

const choices = new WeakMap<Option, readonly string[]>();

/** The values that a flag takes; none where they can't be counted. */
export const choicesOf = (option: Option): readonly string[] => choices.get(option) ?? [];

/**
 * A flag of a command.
 *
 * @param flags As commander writes them: `--rate <n>`, or `--json` for one that takes no value.
 * @param read How its value is read. @default as text
 */
export function flag<T>(flags: string, description: string, read?: Reader<T>): Option {
  const option = new Option(flags, description);
  if (read?.choices) choices.set(option, read.choices);
  return read ? option.argParser((text) => read(`--${option.name()}`, text)) : option;
}

/** A flag that may come more than once; its value is the list of all. */
export function repeatedFlag<T>(flags: string, description: string, read: Reader<T>): Option {
  const option = new Option(flags, `${description}; may come more than once`);
  return option.argParser((text, before: readonly T[] = []) => [...before, read(`--${option.name()}`, text)]);
}

const figure = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 10 });

/** A number in a range, both ends included. */
export function number(least: number, most: number): Reader<number> {
  return (name, text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!(value >= least && value <= most))
      throw new UsageError(
        `${name} is "${text}"; it must be a number from ${figure(least)} to ${figure(most)}`,
      );
    return value;
  };
}

/** A whole number in a range, both ends included. */
export function wholeNumber(least: number, most: number): Reader<number> {
  return (name, text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw new UsageError(
        `${name} is "${text}"; it must be a whole number from ${figure(least)} to ${figure(most)}`,
      );
    return value;
  };
}

/** One of some words. */
export function oneOf<const T extends string>(all: readonly T[]): Reader<T> {
  const read = (name: string, text: string) => {
    const choice = all.find((one) => one === text);
    if (choice === undefined)
      throw new UsageError(`${name} is "${text}"; it must be ${all.join(" or ")}${suggestion(text, all)}`);
    return choice;
  };
  return Object.assign(read, { choices: all });
}

/** A URL of one of these protocols, such as `http:`. */
export function url(...protocols: readonly string[]): Reader<URL> {
  return (name, text) => {
    const value = URL.canParse(text) ? new URL(text) : undefined;
    if (!value || !protocols.includes(value.protocol))
      throw new UsageError(`${name} is "${text}"; it must be a URL such as ${protocols[0]}//127.0.0.1:4567`);
    return value;
  };
}
