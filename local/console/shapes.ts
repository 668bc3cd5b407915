import { queryBytes } from "@streaming-data-lake/rules/limits";
import { z } from "zod";
import type { FaultChange, MetricQuery, QueryRequest, SimulatorSettings } from "./api";

/** The shapes of request bodies. */
export const queryRequest: z.ZodType<QueryRequest> = z.strictObject({
  sql: z
    .string()
    .max(queryBytes)
    .refine((sql) => sql.trim() !== "", "must be a statement"),
  database: z.string().optional(),
  parameters: z.array(z.string()).max(100).optional(),
});

export const simulatorSettings: z.ZodType<SimulatorSettings> = z.strictObject({
  running: z.boolean(),
  rate: z.number().min(0.1).max(100_000),
  keys: z.int().min(1).max(100_000),
  invalidShare: z.number().min(0).max(1),
});

export const faultChange: z.ZodType<FaultChange> = z.strictObject({ on: z.boolean() });

export const metricQuery: z.ZodType<MetricQuery> = z.strictObject({
  queries: z.array(z.looseObject({})).max(500),
  minutes: z.int().min(1).max(1_440),
});
