import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { bucket, TestLake } from "../runner/fixtures/lake";

interface Reading {
  readonly sensor_id: string;
  readonly kind: string;
}

interface DeadLetter {
  readonly KinesisBatchInfo: {
    readonly shardId: string;
    readonly startSequenceNumber: string;
    readonly endSequenceNumber: string;
  };
}

/** Where an acknowledged record is in its stream. */
export type Place = readonly [shardId: string, sequenceNumber: string];

export interface Reconciled {
  /** What is wrong, one sentence each. */
  readonly problems: readonly string[];
  /** Acknowledged records that are missing somewhere. */
  readonly lost: number;
  readonly delivered: number;
  readonly twice: number;
  readonly handled: number;
  readonly discarded: number;
}

/**
 * Compares what was acknowledged with what has come of it: in the source backup, in the tables or the error objects, and
 * done with by the function or discarded on record.
 *
 * @param acknowledged The records that a producer was told are stored, by name.
 * @param events The file in which the function says what it has done.
 */
export async function reconcile(
  acknowledged: ReadonlyMap<string, Place>,
  dir: string,
  events: string,
): Promise<Reconciled> {
  const problems: string[] = [];
  const lake = new TestLake(join(dir, "lake"));
  const lost = new Set<string>();
  const missing = (what: string, there: ReadonlySet<string>) => {
    const absent = [...acknowledged.keys()].filter((id) => !there.has(id));
    for (const id of absent) lost.add(id);
    if (absent.length > 0)
      problems.push(`${absent.length} acknowledged records are not ${what}: ${absent.slice(0, 5)}`);
  };
  const inBucket = existsSync(join(dir, "lake", bucket));
  const raw = inBucket ? linesOf(lake.text("raw/"), "the source backup", problems) : [];
  const rows = inBucket ? await lake.rows() : [];
  const errors = inBucket ? linesOf(lake.text("errors/"), "the error objects", problems) : [];
  const misfits = errors.map((line) => readingOf(Buffer.from(String(line.rawData), "base64").toString()));
  const delivered = [
    ...rows.map(({ sensor_id }) => String(sensor_id)),
    ...misfits.map(({ sensor_id }) => sensor_id),
  ];
  missing("in the source backup", new Set(raw.map(({ sensor_id }) => String(sensor_id))));
  missing("in the tables or the error objects", new Set(delivered));

  const done = readDone(events);
  const letters = existsSync(join(dir, "dead-letters.ndjson"))
    ? (linesOf(
        // The piece of a line that a kill has left says nothing; the next letter takes its place.
        readFileSync(join(dir, "dead-letters.ndjson"), "utf8").replace(/[^\n]*$/, ""),
        "the dead letters",
        problems,
      ) as unknown as DeadLetter[])
    : [];
  const discarded = new Set<string>();
  for (const [id, place] of acknowledged)
    if (letters.some((letter) => covers(letter, place))) discarded.add(id);
  missing("done with by the function or discarded", new Set([...done, ...discarded]));
  return {
    problems,
    lost: lost.size,
    delivered: new Set(delivered).size,
    twice: delivered.length - new Set(delivered).size,
    handled: new Set(done).size,
    discarded: discarded.size,
  };
}

function linesOf(text: string, where: string, problems: string[]): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter(Boolean)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Record<string, unknown>];
      } catch {
        problems.push(`${where} hold a line that is not JSON: ${line.slice(0, 100)}`);
        return [];
      }
    });
}

const readingOf = (text: string) => JSON.parse(text) as Reading;

/** Names of the records that the function has done with. */
function readDone(path: string): string[] {
  const done: string[] = [];
  for (const line of existsSync(path) ? readFileSync(path, "utf8").split("\n") : []) {
    try {
      done.push(...(JSON.parse(line) as string[]));
    } catch {
      // A function that was killed while it wrote.
    }
  }
  return done;
}

function covers({ KinesisBatchInfo: info }: DeadLetter, [shardId, sequenceNumber]: Place): boolean {
  const at = BigInt(sequenceNumber);
  return (
    info.shardId === shardId && BigInt(info.startSequenceNumber) <= at && at <= BigInt(info.endSequenceNumber)
  );
}

/** Ids of processes that work in a folder or below it; none where the system does not tell. */
export function processesIn(folder: string): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });
}
