import type { Expr } from "../bind/tree";
import type { Zoned, ZonedValue } from "../functions/javascript/values";
import { callJavaScript } from "../functions/registry";
import { TrinoError } from "../types/errors";
import { canonicalZone, formatOffset, zoneOffset } from "../types/text/zones";
import { varchar } from "../types/types";
import type { Emission } from "./context";
import { emitExpr } from "./context";

/** Writes the same instant in another time zone. */
export function emitAtTimeZone(expr: Extract<Expr, { kind: "atTimeZone" }>, emission: Emission): string {
  const value = emitExpr(expr.value, emission);
  const zone = emitExpr(expr.zone, emission);
  const zoneType = expr.zone.type.kind === "interval day to second" ? expr.zone.type : varchar;
  const nameOf = (given: string | bigint): string => {
    const text = typeof given === "bigint" ? offsetOf(given) : given;
    const found = canonicalZone(text);
    if (found === undefined)
      throw new TrinoError("INVALID_FUNCTION_ARGUMENT", `'${text}' is not a valid time zone`);
    return found;
  };
  const now = Number(emission.session.startMicros / 1000n);
  const fn = {
    name: "at time zone",
    parameters: [expr.type, zoneType],
    returns: expr.type,
    call: (expr.type.kind === "timestamp with time zone"
      ? ({ instant }: Zoned, given: string | bigint) => ({ instant, zone: nameOf(given) })
      : ({ instant }: ZonedValue, given: string | bigint) => ({
          instant,
          offset: zoneOffset(nameOf(given), now) / 60_000,
        })) as never,
  };
  return callJavaScript(emission, fn, [value, zone]);
}

function offsetOf(milliseconds: bigint): string {
  if (milliseconds % 60_000n !== 0n)
    throw new TrinoError(
      "INVALID_FUNCTION_ARGUMENT",
      "Invalid time zone offset interval: interval contains seconds",
    );
  return formatOffset(Number(milliseconds / 60_000n));
}
