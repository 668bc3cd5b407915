import type { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table";
import { Fn } from "cdktf";

function accountPart(arn: string): string {
  return Fn.join(":", Fn.slice(Fn.split(":", arn), 0, 5));
}

/**
 * The catalog that a database or table belongs to. Glue checks permissions on all levels:
 * https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
 */
export function catalogArn(arn: string): string {
  return `${accountPart(arn)}:catalog`;
}

/** The database of a table. */
export function databaseArn(table: GlueCatalogTable): string {
  return `${accountPart(table.arn)}:database/${table.databaseName}`;
}
