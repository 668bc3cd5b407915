import { Option } from "commander";
import { UsageError } from "./errors";
import { suggestion } from "./suggestion";

/**
 * Converts the text of a flag to its value.
 *
 * @param flag The flag as it is typed, such as `--rate`. The error message names it.
 * @throws UsageError
 */
export interface Reader<T> {
  (flag: string, text: string): T;
  /** All texts that the reader accepts, if they are a fixed set. */
  readonly choices?: readonly string[];
}

const choices = new WeakMap<Option, readonly string[]>();

/** The values that a flag accepts; empty if they are not a fixed set. */
export const choicesOf = (option: Option): readonly string[] => choices.get(option) ?? [];

/**
 * Defines a flag of a command.
 *
 * @param flags The flag in commander's notation: `--rate <n>`, or `--json` for one without a value.
 * @param read Reads the flag's value. @default as text
 */
export function flag<T = string>(flags: string, description: string, read?: Reader<T>): Option {
  const option = new Option(flags, description);
  if (read?.choices) choices.set(option, read.choices);
  return option.required ? option.argParser((text) => readValue(option, text, read)) : option;
}

/**
 * Defines a flag that can be repeated. Its value is the list of all its values.
 *
 * @param read Reads one of the values. @default as text
 */
export function repeatedFlag<T = string>(flags: string, description: string, read?: Reader<T>): Option {
  const option = new Option(flags, `${description}; may come more than once`);
  return option.argParser((text, before: readonly (T | string)[] = []) => [
    ...before,
    readValue(option, text, read),
  ]);
}

/** Reads a flag's value, which no flag takes when it is empty. */
function readValue<T>(option: Option, text: string, read: Reader<T> | undefined): T | string {
  const name = `--${option.name()}`;
  if (text.trim() === "") throw new UsageError(`${name} is empty; it needs a value`);
  return read ? read(name, text) : text;
}

const figure = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 10 });

/** Reads a number in a range that includes both ends. */
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

/** Reads a whole number in a range that includes both ends. */
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

/** A list such as `red, green or blue`. */
const anyOf = (all: readonly string[]): string =>
  [all.slice(0, -1).join(", "), ...all.slice(-1)].filter((part) => part !== "").join(" or ");

/** Reads one of the given words. */
export function oneOf<const T extends string>(all: readonly T[]): Reader<T> {
  const read = (name: string, text: string) => {
    const choice = all.find((one) => one === text);
    if (choice === undefined)
      throw new UsageError(`${name} is "${text}"; it must be ${anyOf(all)}${suggestion(text, all)}`);
    return choice;
  };
  return Object.assign(read, { choices: all });
}

/** Reads a URL with one of the given protocols, such as `http:`. */
export function url(...protocols: readonly string[]): Reader<URL> {
  return (name, text) => {
    const value = URL.canParse(text) ? new URL(text) : undefined;
    if (!value || !protocols.includes(value.protocol))
      throw new UsageError(`${name} is "${text}"; it must be a URL such as ${protocols[0]}//127.0.0.1:4567`);
    return value;
  };
}
