import { chargedTerabytes } from "@streaming-data-lake/lake/scan-price";
import { assumptions } from "./assumptions";
import { type Charge, charge, monthDays } from "./charge";
import type { PriceName } from "./prices";
import type { Setup, StoragePlan } from "./setup";
import type { Load } from "./traffic";

const daySeconds = 86_400;
const gigabyte = 2 ** 30;
/** Lifecycle rules don't move objects smaller than this, in bytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
const smallestMoved = 128 * 1024;

/** The objects of one kind that are written in a day. */
interface DayOfObjects {
  readonly objects: number;
  readonly bytes: number;
}

/**
 * The objects that Firehose writes in a day: one whenever the buffer reaches its size or its interval, whichever comes
 * first. The size is that of the readings before conversion and compression.
 */
function dayOfObjects(
  setup: Setup,
  load: Load,
  { ratio, objectBytes }: { readonly ratio: number; readonly objectBytes: number },
): DayOfObjects {
  const sent = load.readingsPerSecond * load.readingBytes * daySeconds;
  const byTime = daySeconds / Math.max(1, setup.bufferSeconds);
  const bySize = sent / (setup.bufferMebibytes * 2 ** 20);
  const objects = Math.min(load.readingsPerSecond * daySeconds, Math.max(byTime, bySize));
  return { objects, bytes: sent * ratio + objects * objectBytes };
}

const storagePrices: Readonly<Record<string, PriceName>> = {
  STANDARD: "standardStorage",
  STANDARD_IA: "infrequentStorage",
  GLACIER_IR: "glacierInstantStorage",
};
const movePrices: Readonly<Record<string, PriceName>> = {
  STANDARD_IA: "transitionToInfrequent",
  GLACIER_IR: "transitionToGlacierInstant",
};

/** S3's charges on a given day of the pipeline, with the objects of all days before it stored as the lifecycle says. */
export function lakeCharges(setup: Setup, load: Load, day: number): Charge[] {
  const kinds: readonly (readonly [StoragePlan, DayOfObjects])[] = [
    [
      setup.processed,
      dayOfObjects(setup, load, setup.converts ? assumptions.parquet : { ratio: 1, objectBytes: 0 }),
    ],
    ...(setup.backup ? [[setup.raw, dayOfObjects(setup, load, assumptions.gzip)] as const] : []),
  ];
  const quantities = new Map<PriceName, number>();
  const add = (price: PriceName | undefined, quantity: number) => {
    if (price) quantities.set(price, (quantities.get(price) ?? 0) + quantity);
  };
  add("put", 0);
  for (const [plan, { objects, bytes }] of kinds) {
    add("put", objects);
    const moves = bytes / objects >= smallestMoved ? plan.transitions : [];
    for (const { days, storageClass } of moves) if (days < day) add(movePrices[storageClass], objects);
    for (const { storageClass, days } of classesOf(plan, bytes / objects, day))
      add(storagePrices[storageClass], (bytes / gigabyte) * (days / monthDays));
  }
  return [...quantities].map(([price, quantity]) => charge("S3", price, quantity));
}

/** What each storage class charges for a GET request and for a GB. STANDARD charges nothing for a GB. */
const readPrices: Readonly<Record<string, { readonly get: PriceName; readonly retrieval?: PriceName }>> = {
  STANDARD: { get: "get" },
  STANDARD_IA: { get: "infrequentGet", retrieval: "infrequentRetrieval" },
  GLACIER_IR: { get: "glacierInstantGet", retrieval: "glacierInstantRetrieval" },
};

/** What S3 charges for a query over the Parquet of the last `days` days. https://aws.amazon.com/s3/pricing/ */
export function readCharges(setup: Setup, load: Load, { days }: { readonly days: number }): Charge[] {
  const { objects, bytes } = dayOfObjects(setup, load, assumptions.parquet);
  const quantities = new Map<PriceName, number>();
  const add = (price: PriceName, quantity: number) =>
    quantities.set(price, (quantities.get(price) ?? 0) + quantity);
  for (const { storageClass, days: there } of classesOf(setup.processed, bytes / objects, days)) {
    const { get, retrieval } = readPrices[storageClass] ?? { get: "get" };
    add(get, there * objects * assumptions.getsAnObject);
    if (retrieval) add(retrieval, (there * bytes) / gigabyte);
  }
  return [...quantities].map(([price, quantity]) => charge("S3", price, quantity));
}

/** The storage classes that the objects of the last `days` days are in, and how many days' objects each holds. */
function classesOf({ transitions, lifetimeDays }: StoragePlan, objectBytes: number, days: number) {
  const moves = objectBytes >= smallestMoved ? transitions : [];
  let from = 0;
  let storageClass = "STANDARD";
  const classes: { readonly storageClass: string; readonly days: number }[] = [];
  for (const next of [...moves, { days: lifetimeDays, storageClass: "" }]) {
    classes.push({ storageClass, days: Math.max(0, Math.min(days, next.days) - from) });
    from = Math.min(days, next.days);
    storageClass = next.storageClass;
  }
  return classes;
}

/** Bytes of Parquet that are written in a day. */
export function parquetBytesADay(setup: Setup, load: Load): number {
  return dayOfObjects(setup, load, assumptions.parquet).bytes;
}

/** What Athena charges for scans a day, each of the given number of bytes. */
export const scanCharge = (bytes: number, scans = 1): Charge =>
  charge("Athena", "scan", scans * chargedTerabytes(bytes));

/** The charges of the scheduled queries. Each reads the day so far: half a day on average, and at most all columns. */
export function queryCharges(setup: Setup, load: Load): Charge[] {
  const { objects } = dayOfObjects(setup, load, assumptions.parquet);
  return [
    charge("S3", "get", setup.scheduledQueries * (objects / 2) * assumptions.getsAnObject),
    scanCharge(parquetBytesADay(setup, load) / 2, setup.scheduledQueries),
    charge("Scheduler", "schedule", setup.scheduledQueries),
    charge("KMS", "key", setup.customerManagedKeys / monthDays),
  ];
}
