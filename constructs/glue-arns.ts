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
export function databaseArn(tableArn: string): string {
  return `${accountPart(tableArn)}:database/${Fn.element(Fn.split("/", tableArn), 1)}`;
}
