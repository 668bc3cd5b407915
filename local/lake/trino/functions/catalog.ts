import type { FunctionKind } from "./contract";
import { families } from "./families";
import type { AnsweredBy } from "./implementation";
import { isAnswered, missing, nanosecondFunctions } from "./refusals";
import type { TypePattern } from "./signatures/pattern";
import { functionNames, type Signature, signaturesOf } from "./signatures/table";

/** A signature of a function, with the place where it is computed here, or with what is missing for it. */
export interface DescribedSignature {
  readonly name: string;
  readonly kind: FunctionKind;
  /** The signature as text, such as `contains(array(t), t)`. */
  readonly text: string;
  readonly source?: AnsweredBy;
  readonly needs?: string;
}

/** All signatures of Trino's functions, ordered by name. */
export const describeFunctions = (): DescribedSignature[] =>
  functionNames().flatMap((name) => (signaturesOf(name) ?? []).map(describeSignature));

function describeSignature({ name, kind, text, parameters, returns }: Signature): DescribedSignature {
  const needs = [...parameters, returns]
    .map(needOf)
    .find((need) => need !== undefined && !isAnswered(need, families[name]));
  if (needs !== undefined) return { name, kind, text, needs };
  if (nanosecondFunctions.has(name)) return { name, kind, text, needs: missing.fineTimes };
  const source = families[name]?.source;
  return source === undefined ? { name, kind, text, needs: missing.other } : { name, kind, text, source };
}

/** What values of a type need that is missing here. Undefined when nothing is missing. */
function needOf(pattern: TypePattern): string | undefined {
  switch (pattern.kind) {
    case "type":
      return pattern.type.kind === "opaque" ? missing.types[pattern.type.name] : undefined;
    case "opaque":
      return missing.types[pattern.name];
    case "array":
      return needOf(pattern.element);
    case "map":
      return needOf(pattern.key) ?? needOf(pattern.value);
    case "row":
      return pattern.fields.map(({ type }) => needOf(type)).find((need) => need !== undefined);
    case "function":
      return [...pattern.parameters, pattern.returns].map(needOf).find((need) => need !== undefined);
    case "numbers":
    case "variable":
      return undefined;
  }
}
