import { sameType } from "../../types/types";
import type { CallArgument } from "../contract";
import { type Bound, bindSignature } from "./bind";
import type { Signature } from "./table";

/**
 * Chooses the signature of a call as Trino does: first an exact match without type variables, then an exact match with
 * them, and then the most specific one that needs coercions. The result is `ambiguous` when several are equally
 * specific.
 *
 * @see https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/metadata/FunctionBinder.java
 */
export function chooseSignature(
  candidates: readonly Signature[],
  args: readonly CallArgument[],
): Bound | "ambiguous" | undefined {
  const plain = candidates.filter(({ variables }) => variables.length === 0);
  const generic = candidates.filter(({ variables }) => variables.length > 0);
  for (const group of [plain, generic]) {
    const [exact] = bindAll(group, args, false);
    if (exact) return exact;
  }
  const applicable = bindAll(candidates, args, true);
  if (applicable.length <= 1) return applicable[0];
  const specific = mostSpecific(applicable);
  if (specific.length === 1) return specific[0];
  const onlyNulls = specific.filter(({ parameters }) =>
    parameters.every((parameter, index) => {
      const given = args[index];
      return (
        given?.kind !== "value" ||
        parameter.kind !== "value" ||
        given.type.kind === "unknown" ||
        sameType(given.type, parameter.type)
      );
    }),
  );
  const left = onlyNulls.length > 0 ? onlyNulls : specific;
  if (left.length === 1) return left[0];
  const [first, ...others] = [...left].sort((a, b) => (a.signature.text < b.signature.text ? -1 : 1));
  if (first && others.every(({ returns }) => sameType(returns, first.returns))) return first;
  return "ambiguous";
}

const bindAll = (candidates: readonly Signature[], args: readonly CallArgument[], coerce: boolean): Bound[] =>
  candidates.flatMap((signature) => bindSignature(signature, args, coerce) ?? []);

/**
 * The most specific signatures, in the order of the candidates. A signature is more specific than another one that
 * would accept its parameters.
 */
function mostSpecific(applicable: readonly Bound[]): Bound[] {
  const chosen: Bound[] = [];
  for (const current of applicable) {
    let related = false;
    for (const [index, representative] of chosen.entries()) {
      const better = takes(representative, current);
      if (better) chosen[index] = current;
      if (better || takes(current, representative)) {
        related = true;
        break;
      }
    }
    if (!related) chosen.push(current);
  }
  return chosen;
}

/** Whether a signature would accept the parameters of another. */
function takes(general: Bound, special: Bound): boolean {
  const args = special.parameters.map(
    (parameter): CallArgument =>
      parameter.kind === "value"
        ? { kind: "value", type: parameter.type }
        : { kind: "lambda", parameters: parameter.parameters.length, typeOf: () => parameter.returns },
  );
  return bindSignature(general.signature, args, true) !== undefined;
}
