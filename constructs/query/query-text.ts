import { queryBytes } from "@streaming-data-lake/rules/limits";
import type { Problems } from "../core/problems";
import { list, object, optional, type Shapes, text } from "../core/shape";

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html */
export interface NamedQueryProps {
  /** Name of the query, 1-128 characters. */
  readonly name: string;
  /** Description of the query, up to 1024 characters. */
  readonly description?: string;
  readonly sql: string;
}

export interface QueryTextProps {
  /** Saved queries that Athena's console offers by name. @default - none */
  readonly namedQueries?: readonly NamedQueryProps[];
  /** Prepared statements with `?` parameters. Their names have letters, digits and underscores. @default - none */
  readonly preparedStatements?: readonly NamedQueryProps[];
}

const queryShape = object<NamedQueryProps>({ name: text, description: optional(text), sql: text });

export const queryTextShapes: Shapes<QueryTextProps> = {
  namedQueries: optional(list(queryShape)),
  preparedStatements: optional(list(queryShape)),
};

/** The first query of each name. {@link checkQueryTexts} reports a name that is given twice. */
export function firstOfEachName(queries: readonly NamedQueryProps[] = []): NamedQueryProps[] {
  return queries.filter(({ name }, index) => queries.findIndex((other) => other.name === name) === index);
}

function checkNamedOnce(problems: Problems, prop: string, queries: readonly NamedQueryProps[] = []): void {
  const first = firstOfEachName(queries);
  for (const [index, query] of queries.entries())
    if (!first.includes(query))
      problems.add(`${prop}.${index}.name`, query.name, "is the name of an earlier query too");
}

export function checkQueryTexts(problems: Problems, props: QueryTextProps): void {
  checkNamedOnce(problems, "namedQueries", props.namedQueries);
  checkNamedOnce(problems, "preparedStatements", props.preparedStatements);
  for (const [index, query] of (props.namedQueries ?? []).entries()) {
    problems.name(`namedQueries.${index}.name`, query.name, /^.{1,128}$/, "1-128 characters");
    checkSql(problems, `namedQueries.${index}`, query);
  }
  for (const [index, statement] of (props.preparedStatements ?? []).entries()) {
    problems.name(
      `preparedStatements.${index}.name`,
      statement.name,
      /^[a-zA-Z_][a-zA-Z0-9_]{0,255}$/,
      "1-256 letters, digits and underscores, and not begin with a digit",
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
  problems.require(`${at}.sql`, sql, bytes >= 1 && bytes <= queryBytes, `must have 1 to ${queryBytes} bytes`);
  problems.require(
    `${at}.description`,
    description,
    description.length >= 1 && description.length <= 1024,
    "must have 1 to 1024 characters",
  );
}
