import { TrinoError } from "../types/errors";

/** The error that most functions throw for invalid arguments. */
export const invalid = (sentence: string): TrinoError =>
  new TrinoError("INVALID_FUNCTION_ARGUMENT", sentence);

/** The error that Trino's functions throw for arguments that they do not check. */
export const internal = (sentence: string): TrinoError => new TrinoError("GENERIC_INTERNAL_ERROR", sentence);

export const divisionByZero = (): TrinoError => new TrinoError("DIVISION_BY_ZERO", "Division by zero");

/** Throws an error for an invalid argument unless the condition is true. */
export function check(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw invalid(sentence);
}
