import { TrinoError } from "../types/errors";

export const invalidCast = (sentence: string): TrinoError =>
  new TrinoError("INVALID_CAST_ARGUMENT", sentence);

export const tooFine = (): TrinoError =>
  new TrinoError("NOT_SUPPORTED", "times finer than microseconds are not supported here");
