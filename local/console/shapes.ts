import { z } from "zod";
import type { PutRecord } from "./api";

/** What requests bring. */
export const putRecord: z.ZodType<PutRecord> = z.strictObject({
  partitionKey: z.string().min(1).max(256),
  data: z.string(),
});
