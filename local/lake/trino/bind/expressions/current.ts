import type { CurrentTime } from "../../parse/ast";
import { errorAt } from "../../types/errors";
import { localOf, modulo, roundMicros } from "../../types/text/times";
import { zoneOffset } from "../../types/text/zones";
import { date, timeOf } from "../../types/types";
import type { Session } from "../context";
import type { Constant } from "../tree";
import { constant } from "./literals";

const typeNames: Readonly<Record<CurrentTime["function"], string>> = {
  CURRENT_DATE: "DATE",
  CURRENT_TIME: "TIME WITH TIME ZONE",
  CURRENT_TIMESTAMP: "TIMESTAMP WITH TIME ZONE",
  LOCALTIME: "TIME",
  LOCALTIMESTAMP: "TIMESTAMP",
};

const day = 86_400_000_000n;

/** The time when the statement began, for `CURRENT_TIMESTAMP` and similar expressions. */
export function bindCurrentTime(node: CurrentTime, { startMicros, zone }: Session): Constant {
  const precision = node.precision ?? 3;
  if (precision > 12)
    throw errorAt(
      undefined,
      "NUMERIC_VALUE_OUT_OF_RANGE",
      `${typeNames[node.function]} precision must be in range [0, 12]: ${precision}`,
    );
  const local = localOf(startMicros, zone);
  switch (node.function) {
    case "CURRENT_DATE":
      return constant(date, Number((local - modulo(local, day)) / day));
    case "CURRENT_TIMESTAMP":
      return constant(timeOf("timestamp with time zone", precision), {
        instant: roundMicros(startMicros, precision),
        zone,
      });
    case "LOCALTIMESTAMP":
      return constant(timeOf("timestamp", precision), roundMicros(local, precision));
    case "LOCALTIME":
      return constant(timeOf("time", precision), modulo(roundMicros(modulo(local, day), precision), day));
    case "CURRENT_TIME":
      return constant(timeOf("time with time zone", precision), {
        instant: modulo(roundMicros(modulo(startMicros, day), precision), day),
        offset: zoneOffset(zone, Number(startMicros / 1000n)) / 60_000,
      });
  }
}
