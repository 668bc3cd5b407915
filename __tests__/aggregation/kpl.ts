import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { UserRecord } from "@streaming-data-lake/aggregation";

interface KplVector {
  /** A record as the Kinesis Producer Library put it. */
  readonly data: Buffer;
  /** What it was given for it. */
  readonly userRecords: readonly UserRecord[];
}

interface Written {
  readonly data: string;
  readonly userRecords: readonly (Omit<UserRecord, "data"> & { readonly data: string })[];
}

/** Made by amazon-kinesis-producer 1.1.1; `../e2e/support/kpl-vectors.ts` makes such. */
export const kplVectors: readonly KplVector[] = (
  JSON.parse(readFileSync(join(__dirname, "kpl.json"), "utf8")) as readonly Written[]
).map(({ data, userRecords }) => ({
  data: Buffer.from(data, "base64"),
  userRecords: userRecords.map((record) => ({ ...record, data: Buffer.from(record.data, "base64") })),
}));
