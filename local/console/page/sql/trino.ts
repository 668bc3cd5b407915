import { SQLDialect, StandardSQL } from "@codemirror/lang-sql";

const keywords = [
  "add all alter analyze and any array as asc at between by call case cast catalogs check column columns comment",
  "commit constraint create cross cube current current_catalog current_date current_schema current_time",
  "current_timestamp current_user database databases deallocate default delete desc describe distinct drop else empty",
  "end escape except execute exists explain external extract false fetch filter first following for format from full",
  "functions grant group grouping groups having if ignore in inner insert intersect interval into is join json last",
  "lateral left like limit listagg localtime localtimestamp location match_recognize materialized merge msck natural",
  "nfd nfc next no normalize not null nulls of offset on only option or order ordinality outer over overwrite partition",
  "partitioned partitions preceding prepare properties range recursive rename repair replace respect revoke right",
  "rollback rollup row rows schema schemas select session set sets show some start stored tables tablesample tblproperties",
  "then timestamp to trim true try truncate try_cast unbounded uncache union unload unnest update use using values view",
  "views when where window with within without work zone",
].join(" ");

const types = [
  "bigint binary boolean char date decimal double float hyperloglog int integer interval ipaddress json map p4hyperloglog",
  "qdigest real smallint string struct tdigest time timestamp tinyint uuid varbinary varchar",
].join(" ");

/** Athena's dialect of Trino's SQL, with the functions that the catalog lists. */
export const trino = (functions: readonly string[]): SQLDialect =>
  SQLDialect.define({
    ...StandardSQL.spec,
    keywords,
    types,
    builtin: functions.join(" ").toLowerCase(),
    doubleQuotedStrings: false,
    identifierQuotes: '"`',
    operatorChars: "*+-%<>!=&|^/",
  });
