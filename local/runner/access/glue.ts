import type { Place } from "./calls";

/**
 * The resources that an action on a table requires permission for: the catalog, the database and the table.
 *
 * https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
 */
export function tableResources(place: Place, database: string, table: string): string[] {
  return [...databaseResources(place, database), `${glue(place)}:table/${database}/${table}`];
}

export function databaseResources(place: Place, database: string): string[] {
  return [`${glue(place)}:catalog`, `${glue(place)}:database/${database}`];
}

const glue = ({ region, accountId }: Place) => `arn:aws:glue:${region}:${accountId}`;
