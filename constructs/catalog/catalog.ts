import { GlueCatalogDatabase } from "@cdktf/provider-aws/lib/glue-catalog-database";
import { Construct } from "constructs";
import { defaultName, stableId, underscored } from "../core/names";
import { Problems } from "../core/problems";
import * as references from "../core/references";
import { instance, optional, pathIn, type Shapes, shaped, text } from "../core/shape";
import { claimName } from "../core/unique-names";
import type { ILake } from "../lake/lake";
import { GlueTable, type LakeTable, type TableObjects, tableReference } from "./lake-table";
import { projectionParameters } from "./partition";
import { rawPrefixesOf } from "./raw-records";
import { storageFormats } from "./storage-format";
import { type Column, type TableProps, tableShapes } from "./table-props";
import { checkDatabase, checkDescription, checkName, checkTable, isName } from "./table-rules";

export interface RawTableProps {
  /**
   * Name of the table: 1-128 lower-case letters, digits and underscores.
   *
   * @default - the other table's name and `_raw`
   */
  readonly name?: string;
  /** Description of the table. @default - none */
  readonly description?: string;
}

export interface CatalogProps {
  readonly lake: ILake;
  /** An existing database, or its name. Can't be given together with `databaseName`. @default - a new database */
  readonly database?: string | { readonly name: string };
  /** Name of a new database: 1-128 lower-case letters, digits and underscores. @default - `<project>_<environment>_<construct id>` */
  readonly databaseName?: string;
  /** Description of a new database. @default - none */
  readonly databaseDescription?: string;
}

const shapes: Shapes<CatalogProps> = {
  lake: references.lakeReference,
  database: optional(references.nameReference("a database")),
  databaseName: optional(text),
  databaseDescription: optional(text),
};

/** A Glue database with external tables over a lake's prefixes. Partitions are projected, so no crawler is needed. */
export class Catalog extends Construct {
  readonly lake: ILake;
  /** Name of the database. */
  readonly database: string;

  private readonly added = new Map<LakeTable, readonly Column[]>();

  constructor(scope: Construct, id: string, props: CatalogProps) {
    super(scope, id);
    props = shaped(this, props, shapes);
    const databaseName = props.databaseName ?? underscored(defaultName(this));
    Problems.check(this, (problems) => {
      problems.exclusive("database", props.database, "databaseName", props.databaseName);
      if (props.database === undefined) checkName(problems, "databaseName", databaseName);
      else checkDatabase(problems, "database", this.database);
      problems.exclusive("database", props.database, "databaseDescription", props.databaseDescription);
      checkDescription(problems, "databaseDescription", props.databaseDescription);
    });
    if (props.database === undefined) claimName(this, "Glue database", "databaseName", databaseName);
    this.lake = props.lake;
    const { database } = props;
    this.database =
      database === undefined
        ? new GlueCatalogDatabase(this, "database", {
            name: databaseName,
            description: props.databaseDescription,
          }).name
        : typeof database === "string"
          ? database
          : database.name;
  }

  /** The tables that have been added to the catalog. */
  get tables(): readonly LakeTable[] {
    return [...this.added.keys()];
  }

  /** Adds a table over objects of the lake. */
  addTable(name: string, props: TableProps): GlueTable {
    name = shaped(this, { name }, { name: text }).name;
    props = shaped(this, props, tableShapes, pathIn(this, name));
    const objects = {
      lake: this.lake,
      prefix: props.prefix ?? `${this.lake.zones.processed}${name}/`,
      format: props.format ?? "parquet",
      partitions: props.partitions ?? [],
    };
    const table = this.createTable(name, objects, props);
    Problems.check(table, (problems) => checkTable(problems, name, props));
    return this.add(name, table, props.columns);
  }

  private add(name: string, table: GlueTable, columns: readonly Column[]): GlueTable {
    claimName(table, "Glue table", "name", name, { within: this.database });
    this.added.set(table, columns);
    return table;
  }

  /**
   * Adds a table over the records that a delivery keeps as they were sent: one JSON object a line, partitioned by day.
   * The delivery must go to a table of this catalog. That table's other partitions are columns of the new table.
   */
  addRawTable(table: LakeTable, props: RawTableProps = {}): GlueTable {
    shaped(this, { table }, { table: tableReference });
    props = shaped(
      this,
      props,
      { name: optional(text), description: optional(text) },
      pathIn(this, `${table.name}_raw`),
    );
    const byDay = table.partitions.filter(({ type }) => type === "date");
    const others = table.partitions.filter(({ type }) => type !== "date");
    const known = this.added.get(table);
    const columns = [
      ...(known ?? []),
      ...others.map(({ name, columnType = "string" }) => ({ name, type: columnType })),
    ];
    const name = props.name ?? `${table.name}_raw`;
    const objects = { lake: this.lake, prefix: table.rawPrefix, format: "json", partitions: byDay } as const;
    const raw = this.add(name, this.createTable(name, objects, { ...props, columns }), columns);
    Problems.check(raw, (problems) => {
      if (!known) problems.add("table", table.name, "must be a table that this catalog has added");
      // Problems with the other table's name and columns are reported by that table, not here.
      checkName(problems, "name", props.name ?? (isName(table.name) ? name : undefined));
      checkDescription(problems, "description", props.description);
      const folder = `${table.rawPrefix}${byDay.map(({ name }) => `${name}=!{timestamp:yyyy-MM-dd}/`).join("")}`;
      const prefixes = rawPrefixesOf(table);
      if (prefixes.length > 0 && !prefixes.some((prefix) => prefix?.startsWith(folder)))
        problems.add(
          "prefix",
          table.rawPrefix,
          `no delivery to table ${table.name} keeps its records in ${folder}: leave \`keepRaw\` out there, or add a table of JSON over its prefix`,
        );
    });
    return raw;
  }

  /**
   * A construct id for a table: its name, unless the database or another table has that id. Two tables with the same
   * name are reported at synthesis.
   */
  private idOf(tableName: string): string {
    const name = stableId(this, tableName);
    const ids = [name, `table-${name}`, ...this.tables.map((_, index) => `table-${name}-${index + 2}`)];
    return ids.find((id) => id !== "" && !this.node.tryFindChild(id)) ?? name;
  }

  private createTable(name: string, objects: TableObjects, { columns, description }: TableProps): GlueTable {
    const { lake, prefix, format, partitions } = objects;
    const { inputFormat, outputFormat, serializationLibrary, serdeParameters, classification } =
      storageFormats[format];
    return new GlueTable(this, this.idOf(name), name, objects, {
      databaseName: this.database,
      description,
      tableType: "EXTERNAL_TABLE",
      parameters: { EXTERNAL: "TRUE", classification, ...projectionParameters(partitions) },
      partitionKeys: partitions.map((partition) => ({
        name: partition.name,
        type: partition.columnType ?? "string",
      })),
      storageDescriptor: {
        location: `s3://${lake.bucketName}/${prefix}`,
        inputFormat,
        outputFormat,
        columns: columns.map(({ name, type, comment }) => ({ name, type, comment })),
        serDeInfo: { name, serializationLibrary, parameters: { ...serdeParameters } },
      },
    });
  }
}

export const catalogReference = instance("a Catalog", Catalog);
