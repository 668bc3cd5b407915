import { TrinoError } from "../types/errors";

/** What most functions throw for values that they don't take. */
export const invalid = (sentence: string): TrinoError =>
  new TrinoError("INVALID_FUNCTION_ARGUMENT", sentence);

/** What Trino's functions throw where they have not thought of a value. */
export const internal = (sentence: string): TrinoError => new TrinoError("GENERIC_INTERNAL_ERROR", sentence);

export const divisionByZero = (): TrinoError => new TrinoError("DIVISION_BY_ZERO", "Division by zero");

/** Throws where a function's value isn't taken. */
export function check(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw invalid(sentence);
}
