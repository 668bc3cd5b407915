import { duckdbTypeText } from "../../types/duckdb";
import { check } from "../errors";
import { type Family, type Implementation, invoke, mixed } from "../implementation";

/** https://trino.io/docs/current/functions/math.html#random */
const random: Implementation = mixed((call) => {
  if (call.args.length === 0) return "random()";
  const wide = call.returns.kind === "bigint";
  const between = (low: number | bigint, high: number | bigint): number | bigint => {
    check(low < high, "start value must be less than stop value");
    if (!wide) return Number(low) + Math.floor(Math.random() * (Number(high) - Number(low)));
    const bits =
      (BigInt(Math.floor(Math.random() * 2 ** 32)) << 32n) | BigInt(Math.floor(Math.random() * 2 ** 32));
    return BigInt(low) + (bits % (BigInt(high) - BigInt(low)));
  };
  const upTo = (bound: number | bigint): number | bigint => {
    check(bound > 0, "bound must be positive");
    return between(wide ? 0n : 0, bound);
  };
  const fn = call.args.length === 1 ? upTo : between;
  return invoke(call, "random", call.types, call.returns, fn, call.args, { volatile: true });
});

export const randomness: Family = {
  rand: random,
  random,
  shuffle: mixed((call) =>
    invoke(
      call,
      "shuffle",
      call.types,
      call.returns,
      (items: readonly unknown[]) => {
        const shuffled = [...items];
        for (let at = shuffled.length - 1; at > 0; at -= 1) {
          const other = Math.floor(Math.random() * (at + 1));
          [shuffled[at], shuffled[other]] = [shuffled[other], shuffled[at]];
        }
        return shuffled;
      },
      call.args,
      { volatile: true },
    ),
  ),
  uuid: mixed(({ returns }) => `CAST(uuid() AS ${duckdbTypeText(returns)})`),
};
