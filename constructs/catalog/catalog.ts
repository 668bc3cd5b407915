import { GlueCatalogDatabase } from "@cdktf/provider-aws/lib/glue-catalog-database";
import { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Construct } from "constructs";
import { grant } from "../core/iam";
import { defaultName, underscored } from "../core/names";
import { Problems } from "../core/problems";
import { checkCatalogProps } from "./catalog-rules";
import { catalogArn } from "./glue-arns";
import { type Partition, projectionParameters } from "./partition-projection";
import { type StorageFormat, storageFormats } from "./storage-format";

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html */
export interface Column {
  /** Lower case, as Athena has it. */
  readonly name: string;
  /** Hive type, such as `string`, `double` or `timestamp`. */
  readonly type: string;
  readonly comment?: string;
}

export interface TableProps {
  readonly description?: string;
  readonly columns: readonly Column[];
  /** Where the objects are in the bucket, such as `processed/page_views/`. */
  readonly prefix: string;
  readonly format: StorageFormat;
  /** Partitions, in the order of the folders `<name>=<value>/` below the prefix. @default - none */
  readonly partitions?: readonly Partition[];
}

export interface CatalogProps {
  /** An existing database, or … @default - a new one */
  readonly database?: GlueCatalogDatabase;
  /** … the name of a new one: 1-128 lower-case letters, digits and underscores. @default - `<project>_<environment>_<construct id>` */
  readonly databaseName?: string;
  /** @default - none */
  readonly databaseDescription?: string;
  readonly bucket: S3Bucket;
  /** Tables by name: lower-case letters, digits and underscores. @default - none; {@link Catalog.addTable} adds more */
  readonly tables?: Readonly<Record<string, TableProps>>;
}

const readActions = [
  "glue:BatchGetPartition",
  "glue:GetDatabase",
  "glue:GetPartition",
  "glue:GetPartitions",
  "glue:GetTable",
  "glue:GetTables",
];

/** A Glue database with external tables over a lake's prefixes, their partitions projected and never crawled. */
export class Catalog extends Construct {
  readonly database: GlueCatalogDatabase;

  /** Where each table's objects are in the bucket, by the table's name. */
  readonly prefixes: ReadonlyMap<string, string>;

  readonly bucket: S3Bucket;
  private readonly locations = new Map<string, string>();
  private readonly tables = new Map<string, GlueCatalogTable>();

  constructor(scope: Construct, id: string, props: CatalogProps) {
    super(scope, id);
    const databaseName = props.databaseName ?? underscored(defaultName(this));
    Problems.check(this, (problems) => checkCatalogProps(problems, props, { databaseName }));
    this.bucket = props.bucket;
    this.prefixes = this.locations;
    this.database =
      props.database ??
      new GlueCatalogDatabase(this, "database", {
        name: databaseName,
        description: props.databaseDescription,
      });
    for (const [name, table] of Object.entries(props.tables ?? {})) this.createTable(name, table);
  }

  /** The table of that name. */
  table(name: string): GlueCatalogTable {
    const table = this.tables.get(name);
    if (!table)
      throw new Error(
        `${this.node.path}: no table "${name}"; there are ${[...this.tables.keys()].join(", ") || "none"}`,
      );
    return table;
  }

  addTable(name: string, props: TableProps): GlueCatalogTable {
    Problems.check(this, (problems) =>
      checkCatalogProps(problems, { bucket: this.bucket, tables: { [name]: props } }, {}),
    );
    return this.createTable(name, props);
  }

  /** Lets a role read the definitions of tables. @default - all tables of the catalog */
  grantRead(role: IamRole, tables: readonly GlueCatalogTable[] = [...this.tables.values()]): IamRolePolicy {
    return grant(this, "read-catalog", role, [
      {
        actions: readActions,
        resources: [catalogArn(this.database.arn), this.database.arn, ...tables.map((table) => table.arn)],
      },
    ]);
  }

  private createTable(name: string, props: TableProps): GlueCatalogTable {
    const { inputFormat, outputFormat, serializationLibrary, serdeParameters, classification } =
      storageFormats[props.format];
    const partitions = props.partitions ?? [];
    const table = new GlueCatalogTable(this, name, {
      name,
      databaseName: this.database.name,
      description: props.description,
      tableType: "EXTERNAL_TABLE",
      parameters: { EXTERNAL: "TRUE", classification, ...projectionParameters(partitions) },
      partitionKeys: partitions.map((partition) => ({
        name: partition.name,
        type: partition.columnType ?? "string",
      })),
      storageDescriptor: {
        location: `s3://${this.bucket.bucket}/${props.prefix}`,
        inputFormat,
        outputFormat,
        columns: props.columns.map(({ name, type, comment }) => ({ name, type, comment })),
        serDeInfo: { name, serializationLibrary, parameters: { ...serdeParameters } },
      },
    });
    this.tables.set(name, table);
    this.locations.set(name, props.prefix);
    return table;
  }
}
