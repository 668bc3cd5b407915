import type { Functions } from "./arguments";
import { collectionFunctions } from "./collections";
import { dateFunctions } from "./dates";
import { encodingFunctions } from "./encoding";
import { fileFunctions } from "./files";
import { networkFunctions } from "./network";
import { numericFunctions } from "./numbers";
import { stringFunctions } from "./strings";

/** Functions that can't return the same result as in Terraform, with the reason for each. */
export const refused: Readonly<Record<string, string>> = {
  bcrypt: "its result is different each time",
  issensitive: "which values are sensitive is not tracked",
  plantimestamp: "its result is the time of Terraform's plan",
  rsadecrypt: "it needs a private key",
  uuid: "its result is different each time",
};

/** Terraform's functions except for `try` and `can`, which take expressions, and `templatefile`, which evaluates them. */
export const functions: Functions = {
  ...collectionFunctions,
  ...dateFunctions,
  ...encodingFunctions,
  ...fileFunctions,
  ...networkFunctions,
  ...numericFunctions,
  ...stringFunctions,
};
