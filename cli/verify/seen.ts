import type { AlarmState } from "@streaming-data-lake/runner/cloudwatch/alarm-state";
import type { Counts, DeadLetterCount, Observed, Zone } from "./observed";
import { nameInSql, type VerifiedPipeline } from "./pipeline";

/** How many records were found, and how many of them were different. */
export interface FoundCount {
  readonly all: number;
  readonly different: number;
}

/** What can be seen of a run from outside at one moment. */
export interface Seen {
  readonly counts: Counts;
  readonly deadLetters: DeadLetterCount;
  readonly alarms: ReadonlyMap<string, AlarmState | undefined>;
  /** Alarms that were in ALARM at any look. */
  readonly rang: ReadonlySet<string>;
  readonly rows: FoundCount;
  readonly errors: FoundCount;
  readonly raw: FoundCount;
}

/** Looks repeatedly at one run. */
export class Looking {
  /** Bytes that each query has scanned, in the order of the queries. */
  readonly scans: number[] = [];
  private readonly rang = new Set<string>();

  constructor(
    private readonly observed: Observed,
    private readonly pipeline: VerifiedPipeline,
    private readonly mark: string,
  ) {}

  async look(): Promise<Seen> {
    const { observed, pipeline, rang } = this;
    const [counts, deadLetters, alarms, raw, errors, rows] = await Promise.all([
      observed.counts(),
      observed.deadLetters(),
      observed.alarms(pipeline.alarms.map(({ name }) => name)),
      this.marked("raw", (line) => line),
      this.marked("errors", sentRecord),
      this.rows(),
    ]);
    for (const [name, state] of alarms) if (state === "ALARM") rang.add(name);
    return { counts, deadLetters, alarms, rang, raw, errors, rows };
  }

  /** What the roll-up has counted of the run. */
  async rollup(hour: Date): Promise<{ readonly readings: number; readonly outOfRange: number }> {
    const day = hour.toISOString().slice(0, 10);
    const [row = {}] = await this.query(
      `SELECT SUM(readings) AS readings, SUM(out_of_range) AS out_of_range FROM ${nameInSql(this.pipeline.hourly)} ` +
        `WHERE dt = '${day}' AND sensor_id LIKE '${this.mark}-%'`,
    );
    return { readings: Number(row.readings ?? 0), outOfRange: Number(row.out_of_range ?? 0) };
  }

  /** Counts the run's rows, also in yesterday's partition: an object is in the partition of its first record's day. */
  private async rows(): Promise<FoundCount> {
    const [row = {}] = await this.query(
      `SELECT COUNT(*) AS every, COUNT(DISTINCT "timestamp") AS different FROM ${nameInSql(this.pipeline.table)} ` +
        `WHERE dt >= CAST(date_add('day', -1, current_date) AS varchar) AND sensor_id LIKE '${this.mark}-%'`,
    );
    return { all: Number(row.every ?? 0), different: Number(row.different ?? 0) };
  }

  private async query(sql: string) {
    const { rows, bytesScanned } = await this.observed.query(sql);
    this.scans.push(bytesScanned);
    return rows;
  }

  /** Counts the run's records in a zone. */
  private async marked(zone: Zone, recordOf: (line: string) => string): Promise<FoundCount> {
    let all = 0;
    const different = new Set<string>();
    for await (const text of this.observed.objects(zone))
      for (const line of text.split("\n")) {
        const record = recordOf(line);
        if (!record.includes(this.mark)) continue;
        all++;
        different.add(record);
      }
    return { all, different: different.size };
  }
}

/**
 * The record that a line of the errors zone is about; an empty text for any other line.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
 */
function sentRecord(line: string): string {
  if (!line.startsWith("{")) return "";
  const { rawData = "" } = JSON.parse(line) as { readonly rawData?: string };
  return Buffer.from(rawData, "base64").toString();
}
