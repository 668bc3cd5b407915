import { Fn, Token } from "cdktf";

/** The part `arn:<partition>:glue:<region>:<account>` of a Glue ARN. */
function accountPart(arn: string): string {
  return Token.isUnresolved(arn)
    ? Fn.join(":", Fn.slice(Fn.split(":", arn), 0, 5))
    : arn.split(":").slice(0, 5).join(":");
}

/**
 * The ARN of the catalog that a table belongs to. Glue checks permissions for the catalog and the database as well:
 * https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
 */
export function catalogArn(tableArn: string): string {
  return `${accountPart(tableArn)}:catalog`;
}

export function databaseArn(tableArn: string, databaseName: string): string {
  return `${accountPart(tableArn)}:database/${databaseName}`;
}

/**
 * The names of the database and the table in an ARN such as `arn:aws:glue:us-east-1:123456789012:table/shop/orders`.
 */
export function tableNamesOf(tableArn: string): readonly [database: string, table: string] {
  if (Token.isUnresolved(tableArn)) {
    const parts = Fn.split("/", tableArn);
    return [Fn.element(parts, 1), Fn.element(parts, 2)];
  }
  const [, database = "", table = ""] = tableArn.split("/");
  return [database, table];
}
