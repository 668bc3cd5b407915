import type { Functions } from "./arguments";
import { collectionFunctions } from "./collections";
import { dateFunctions } from "./dates";
import { encodingFunctions } from "./encoding";
import { fileFunctions } from "./files";
import { networkFunctions } from "./network";
import { numericFunctions } from "./numbers";
import { stringFunctions } from "./strings";

/** Terraform's functions, but for `try` and `can`, which take expressions, and `templatefile`, which evaluates them. */
export const functions: Functions = {
  ...collectionFunctions,
  ...dateFunctions,
  ...encodingFunctions,
  ...fileFunctions,
  ...networkFunctions,
  ...numericFunctions,
  ...stringFunctions,
};
