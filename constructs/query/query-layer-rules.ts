import type { Construct } from "constructs";
import type { Problems } from "../core/problems";
import { dataDestructionAllowed, dataDestructionFlag } from "../lake/data-lake-rules";
import type { QueryLayerProps } from "./query-layer";

export const defaultResultPrefix = "athena-results/";

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html */
export function checkQueryLayerProps(
  problems: Problems,
  props: QueryLayerProps,
  scope: Construct,
  known: { readonly workgroupName: string },
): void {
  problems.exclusive("workgroup", props.workgroup, "workgroupName", props.workgroupName);
  problems.name(
    "workgroupName",
    known.workgroupName,
    /^[a-zA-Z0-9._-]{1,128}$/,
    "1-128 letters, digits and ._-",
  );
  // https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
  problems.integer("scanCutoffMebibytes", props.scanCutoffMebibytes, 10, 7_000_000, "MiB");
  const { resultPrefix = defaultResultPrefix, catalog } = props;
  problems.name("resultPrefix", resultPrefix, /^[^/].*\/$/, 'a folder: end in "/" and not start with it');
  for (const [table, prefix] of props.bucket === catalog.bucket ? catalog.prefixes : [])
    problems.require(
      "resultPrefix",
      resultPrefix,
      !resultPrefix.startsWith(prefix) && !prefix.startsWith(resultPrefix),
      `must not share a folder with table ${table}, ${prefix}: the table would read the results`,
    );
  problems.require(
    "forceDestroy",
    props.forceDestroy,
    props.forceDestroy !== true || dataDestructionAllowed(scope),
    `deleting data takes a second key: set "${dataDestructionFlag}": true in the context of cdktf.json`,
  );
  for (const [index, query] of (props.namedQueries ?? []).entries()) {
    problems.name(`namedQueries.${index}.name`, query.name, /^.{1,128}$/, "1-128 characters");
    checkSql(problems, `namedQueries.${index}`, query);
  }
  for (const [index, statement] of (props.preparedStatements ?? []).entries()) {
    problems.name(
      `preparedStatements.${index}.name`,
      statement.name,
      /^[a-zA-Z_][a-zA-Z0-9_]{0,255}$/,
      "1-256 letters, digits and underscores, the first no digit",
    );
    checkSql(problems, `preparedStatements.${index}`, statement);
  }
}

function checkSql(
  problems: Problems,
  at: string,
  { sql, description = " " }: { readonly sql: string; readonly description?: string },
): void {
  const bytes = Buffer.byteLength(sql);
  problems.require(`${at}.sql`, sql, bytes >= 1 && bytes <= 262_144, "must have 1 to 262144 bytes");
  problems.require(
    `${at}.description`,
    description,
    description.length >= 1 && description.length <= 1024,
    "must have 1 to 1024 characters",
  );
}
