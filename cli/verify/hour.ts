import type { Observed } from "./observed";
import type { Pipeline } from "./pipeline";

const hourMilliseconds = 3_600_000;

/** The schedule still looks at the two hours before the present one: the roll-up of those is left to it. */
const firstHoursBack = 3;
/** Readings of a day ago count as late. */
const lastHoursBack = 22;

/**
 * The latest whole hour of which the roll-up has nothing yet and that no run of the schedule looks at any more: in it a
 * run of its statement can be proven, and takes no reading of others away from a later one. Undefined when the roll-up has
 * them all.
 */
export async function freeHour(
  observed: Observed,
  { hourly }: Pipeline,
  now: Date,
): Promise<Date | undefined> {
  const present = Math.floor(now.getTime() / hourMilliseconds);
  const oldest = new Date((present - lastHoursBack) * hourMilliseconds);
  const { rows } = await observed.query(
    `SELECT DISTINCT CAST(hour AS varchar) AS hour FROM ${hourly.name} WHERE dt >= '${oldest.toISOString().slice(0, 10)}'`,
  );
  const taken = new Set(rows.map(({ hour }) => Date.parse(`${String(hour).replace(" ", "T")}Z`)));
  for (let back = firstHoursBack; back <= lastHoursBack; back++) {
    const hour = (present - back) * hourMilliseconds;
    if (!taken.has(hour)) return new Date(hour);
  }
  return undefined;
}
