import { GlueCatalogTable, type GlueCatalogTableConfig } from "@cdktf/provider-aws/lib/glue-catalog-table";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { grant } from "../access/grant";
import type { Grantee } from "../access/role";
import { Problems } from "../core/problems";
import * as references from "../core/references";
import { decisive, instance, list, pathIn, type Shapes, shaped, text } from "../core/shape";
import { addTableFolder, tableFolders } from "../lake/folders";
import type { ILake } from "../lake/lake";
import { checkFolderOnce, share } from "../lake/prefix";
import { catalogArn, databaseArn, tableNamesOf } from "./glue-arns";
import { partitionShape, type TablePartition } from "./partition";
import { formatShape, type StorageFormat } from "./storage-format";

const readActions = [
  "glue:BatchGetPartition",
  "glue:GetDatabase",
  "glue:GetPartition",
  "glue:GetPartitions",
  "glue:GetTable",
  "glue:GetTables",
];

/** https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html */
const addPartitionActions = ["glue:BatchCreatePartition", "glue:CreatePartition", "glue:UpdatePartition"];

/** Where a table's objects are and how they are read. */
export interface TableObjects {
  readonly lake: ILake;
  /** Folder of the objects in the lake's bucket, such as `processed/page_views/`. */
  readonly prefix: string;
  readonly format: StorageFormat;
  /** Partitions, in the order of the folders `<name>=<value>/` below the prefix. */
  readonly partitions: readonly TablePartition[];
}

/** Properties of an existing table. */
export interface ExistingTableProps extends Pick<TableObjects, "lake" | "prefix"> {
  /** Format of the table's objects. @default "parquet" */
  readonly format?: StorageFormat;
  /** Partitions of the table, which decide the folders of a delivery to it. @default - none */
  readonly partitions?: readonly TablePartition[];
}

const existingShapes: Shapes<ExistingTableProps> = {
  lake: references.lakeReference,
  prefix: text,
  format: decisive(formatShape),
  partitions: decisive(list(partitionShape)),
};

/** A Glue table over objects of a lake. */
export abstract class LakeTable extends Construct implements TableObjects {
  abstract readonly name: string;
  /** The name as an attribute of the resource, so that whatever uses it is created after the table. */
  abstract readonly resourceName: string;
  abstract readonly arn: string;
  /** Name of the database. */
  abstract readonly database: string;
  readonly lake: ILake;
  readonly prefix: string;
  readonly format: StorageFormat;
  readonly partitions: readonly TablePartition[];

  /** A table that another app has created, by its ARN. This app does not change it. */
  static fromArn(scope: Construct, id: string, arn: string, known: ExistingTableProps): LakeTable {
    const path = pathIn(scope, id);
    arn = shaped(scope, { arn }, { arn: text }, path).arn;
    known = shaped(scope, known, existingShapes, path);
    return new ExistingTable(scope, id, arn, {
      ...known,
      format: known.format ?? "parquet",
      partitions: known.partitions ?? [],
    });
  }

  constructor(scope: Construct, id: string, { lake, prefix, format, partitions }: TableObjects) {
    super(scope, id);
    this.lake = lake;
    this.prefix = prefix;
    this.format = format;
    this.partitions = partitions;
    checkFolderOnce(this, "prefix", prefix);
    addTableFolder(this);
    Problems.check(this, (problems) => {
      const tables = tableFolders(this, lake);
      // A table whose folder is invalid is not in the list, so it is not compared with the others.
      for (const other of tables.slice(0, Math.max(tables.indexOf(this), 0)))
        problems.require(
          "prefix",
          prefix,
          !share(prefix, other.prefix) || (prefix === other.prefix && format === other.format),
          `must not share a folder with table ${other.name}, ${other.prefix}: one would read the other's objects`,
        );
    });
  }

  /** Lets a role read the table: its definition and its objects. */
  grantRead(grantee: Grantee): IamRolePolicy[] {
    ({ grantee } = shaped(this, { grantee }, { grantee: references.grantee }));
    return [this.grantDefinition(grantee, readActions), this.lake.grantRead(grantee, [this.prefix])];
  }

  /** Lets a role add objects and partitions to the table. */
  grantInsert(grantee: Grantee): IamRolePolicy[] {
    ({ grantee } = shaped(this, { grantee }, { grantee: references.grantee }));
    return [this.grantDefinition(grantee, addPartitionActions), this.lake.grantWrite(grantee, [this.prefix])];
  }

  /** Folder of the records as they were sent. The table itself holds those of them that could be converted. */
  get rawPrefix(): string {
    return `${this.lake.zones.raw}${this.name}/`;
  }

  private grantDefinition(grantee: Grantee, actions: readonly string[]): IamRolePolicy {
    const { arn, database, node } = this;
    // The grant is made by the construct that owns the tables, so that a role gets one policy for all of them. AWS
    // limits the total size of a role's policies.
    return grant(node.scope as Construct, grantee, [
      { actions: [...actions], resources: [catalogArn(arn), databaseArn(arn, database), arn] },
    ]);
  }
}

export const tableReference = instance(
  "a table, such as the result of a Catalog's addTable or of LakeTable.fromArn",
  LakeTable,
);

/** A table that this app creates. */
export class GlueTable extends LakeTable {
  readonly table: GlueCatalogTable;
  readonly arn: string;
  readonly database: string;
  readonly resourceName: string;

  constructor(
    scope: Construct,
    id: string,
    readonly name: string,
    objects: TableObjects,
    config: Omit<GlueCatalogTableConfig, "name">,
  ) {
    super(scope, id, objects);
    // The address of a child with this id is that of its parent.
    this.table = new GlueCatalogTable(this, "Default", { ...config, name });
    this.arn = this.table.arn;
    this.database = this.table.databaseName;
    this.resourceName = this.table.name;
  }
}

class ExistingTable extends LakeTable {
  readonly name: string;
  readonly resourceName: string;
  readonly database: string;

  constructor(
    scope: Construct,
    id: string,
    readonly arn: string,
    objects: TableObjects,
  ) {
    super(scope, id, objects);
    [this.database, this.name] = tableNamesOf(arn);
    this.resourceName = this.name;
    Problems.check(this, (problems) =>
      problems.name(
        "arn",
        arn,
        /^arn:[^:]+:glue:[^:]+:\d{12}:table\/[^/]+\/[^/]+$/,
        "a table's ARN, such as arn:aws:glue:us-east-1:123456789012:table/shop/orders",
      ),
    );
  }
}
