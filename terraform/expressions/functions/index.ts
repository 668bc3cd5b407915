import type { Functions } from "./arguments";
import { collectionFunctions } from "./collections";
import { dateFunctions } from "./dates";
import { encodingFunctions } from "./encoding";
import { fileFunctions } from "./files";
import { networkFunctions } from "./network";
import { numericFunctions } from "./numbers";
import { stringFunctions } from "./strings";

/** Functions that can't answer here as they would there, each with the reason. */
export const refused: Readonly<Record<string, string>> = {
  bcrypt: "its answer is another one each time",
  issensitive: "what is sensitive is not kept in mind",
  plantimestamp: "its answer is the time of Terraform's plan",
  rsadecrypt: "it takes a private key",
  uuid: "its answer is another one each time",
};

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
