import { isObject } from "@streaming-data-lake/terraform/values";
import type { CatalogState } from "./state";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const recordOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
/** Returns a check that a value is an object whose fields pass the given checks. Other fields are ignored. */
const shapeOf =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(checks).every(([key, check]) => check(value[key]));

const columns = listOf(shapeOf({ name: text, type: text }));

const definition = shapeOf({
  database: text,
  name: text,
  location: text,
  columns,
  partitionKeys: columns,
  serializationLibrary: text,
  serdeParameters: recordOf(text),
  parameters: recordOf(text),
});

const table = shapeOf({
  definition: maybe(definition),
  partitions: maybe(listOf(shapeOf({ values: listOf(text), location: text }))),
  removedPartitions: maybe(listOf(text)),
});

const state = shapeOf({
  databases: maybe(recordOf(shapeOf({ name: text, parameters: recordOf(text) }))),
  tables: maybe(recordOf(table)),
  prepared: maybe(recordOf(text)),
});

/** Whether the content of a catalog file is a valid catalog. A damaged file is reported instead of being used. */
export const isState = (value: unknown): value is Partial<CatalogState> => state(value);
