import type { World } from "@streaming-data-lake/aws";
import { type Lake, openLake, QueryError } from "@streaming-data-lake/lake";
import { quoteName, quoteText } from "@streaming-data-lake/lake/quote";
import { tablesOfSchedule } from "@streaming-data-lake/lake/stack-tables";
import type { GlueTable, Schedule } from "@streaming-data-lake/terraform/types";
import type { JourneyStep } from "../api";
import type { FoundRow } from "./rows";

/** Finds the rows that scheduled queries have derived from a row. */
export class Rollups {
  private lake: Promise<Lake> | undefined;

  constructor(private readonly world: World) {}

  /** For each schedule that has run since the row was written, the rolled-up row that includes it. */
  async stepsOf(table: GlueTable, row: FoundRow, since: number): Promise<readonly JourneyStep[]> {
    const { stack, state } = this.world;
    const steps: JourneyStep[] = [];
    for (const schedule of stack.schedules) {
      const { reads, writes: target } = tablesOfSchedule(stack, schedule);
      if (!target || !reads.some(({ address }) => address === table.address)) continue;
      const run = (await state.journal?.runs())?.find(
        (entry) => entry.schedule === schedule.name && entry.time >= since && entry.error === undefined,
      );
      const rolled = run && (await this.find(table, target, row));
      if (run && rolled)
        steps.push(stepOf(schedule, target, run.time + run.duration, run.scheduledTime, rolled));
    }
    return steps;
  }

  async close(): Promise<void> {
    (await this.lake?.catch(() => undefined))?.close();
  }

  /**
   * The rolled-up row that includes the given row. A roll-up is assumed to group by text columns such as an id and by
   * the start of a period, so this is the row with the same texts and the latest time that is not after the given row's
   * time.
   */
  private async find(table: GlueTable, target: GlueTable, row: FoundRow) {
    const values = new Map(row);
    const isOf = (type: string) => (column: { readonly type: string }) => column.type === type;
    const shared = target.columns
      .filter(isOf("string"))
      .filter(({ name }) => table.columns.some((column) => column.name === name && column.type === "string"));
    const [period] = target.columns.filter(isOf("timestamp"));
    const [taken] = table.columns.filter(isOf("timestamp"));
    const time = taken && values.get(taken.name);
    if (shared.length === 0 || !period || !time) return undefined;
    const conditions = [
      ...shared.map(({ name }) => {
        const value = values.get(name);
        return value === null || value === undefined
          ? `${quoteName(name)} IS NULL`
          : `${quoteName(name)} = ${quoteText(value)}`;
      }),
      `${quoteName(period.name)} <= TIMESTAMP '${time}'`,
    ];
    this.lake ??= openLake(this.world.stack, this.world.runner.lakeFolder);
    try {
      const { columns, rows } = await (await this.lake).query(
        `SELECT * FROM ${quoteName(target.database)}.${quoteName(target.name)} WHERE ${conditions.join(" AND ")} ORDER BY ${quoteName(period.name)} DESC LIMIT 1`,
        [],
        { values: "text" },
      );
      const [found] = rows;
      return found && columns.map(({ name }) => [name, String(found[name] ?? "NULL")] as const);
    } catch (error) {
      if (error instanceof QueryError) return undefined;
      throw error;
    }
  }
}

const stepOf = (
  schedule: Schedule,
  target: GlueTable,
  time: number,
  scheduledTime: number,
  row: readonly (readonly [string, string])[],
): JourneyStep => ({
  time: Math.round(time),
  kind: "rolled-up",
  node: target.address,
  ok: true,
  facts: [
    ["schedule", schedule.name],
    ["scheduledTime", new Date(scheduledTime).toISOString()],
    ["table", target.name],
    ...row,
  ],
});
