import * as z from "zod";
import { sensorReading } from "./reading";

/** A column of a Glue table: https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html */
export interface ReadingColumn {
  readonly name: string;
  /** Hive type, such as `string`, `double` or `timestamp`. */
  readonly type: string;
  readonly comment?: string;
}

/**
 * The Hive type for the values that a schema accepts.
 *
 * @throws Error naming the field, when there is no Hive type for it.
 */
function hiveType(field: string, schema: z.core.JSONSchema.BaseSchema): string {
  switch (schema.type) {
    case "string":
      return schema.format === "date-time" ? "timestamp" : schema.format === "date" ? "date" : "string";
    case "number":
      return "double";
    case "integer":
      return "bigint";
    case "boolean":
      return "boolean";
    default:
      throw new Error(`dataset: no column type for field "${field}" of JSON type ${String(schema.type)}`);
  }
}

/** The columns of a table that holds objects of a schema, in the order of the schema's fields. */
export function columnsOfSchema(schema: z.ZodObject): ReadingColumn[] {
  const { properties = {} } = z.toJSONSchema(schema);
  return Object.entries(properties).map(([name, property]) => {
    const field = property as z.core.JSONSchema.BaseSchema;
    return { name, type: hiveType(name, field), comment: field.description };
  });
}

/** The columns of `sensor_data`. */
export const sensorColumns: readonly ReadingColumn[] = columnsOfSchema(sensorReading);
