import type { Observed } from "./observed";
import { nameInSql, type VerifiedPipeline } from "./pipeline";

const hourMilliseconds = 3_600_000;

/** Hours to go back at least. The schedule's runs still write the two hours before the present one. */
const firstHoursBack = 3;
/** Hours to go back at most, because readings that are a day old count as late. */
const lastHoursBack = 22;

/**
 * The latest whole hour that has no roll-up yet and that no run of the schedule will write any more. A run for this
 * hour can be verified and does not interfere with later runs. Undefined when every such hour has a roll-up.
 */
export async function freeHour(
  observed: Observed,
  { hourly }: VerifiedPipeline,
  now: Date,
): Promise<Date | undefined> {
  const present = Math.floor(now.getTime() / hourMilliseconds);
  const oldest = new Date((present - lastHoursBack) * hourMilliseconds);
  const { rows } = await observed.query(
    `SELECT DISTINCT CAST(hour AS varchar) AS hour FROM ${nameInSql(hourly)} WHERE dt >= '${oldest.toISOString().slice(0, 10)}'`,
  );
  const taken = new Set(rows.map(({ hour }) => Date.parse(`${String(hour).replace(" ", "T")}Z`)));
  for (let back = firstHoursBack; back <= lastHoursBack; back++) {
    const hour = (present - back) * hourMilliseconds;
    if (!taken.has(hour)) return new Date(hour);
  }
  return undefined;
}
