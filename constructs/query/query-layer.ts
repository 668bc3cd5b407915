import { AthenaNamedQuery } from "@cdktf/provider-aws/lib/athena-named-query";
import { AthenaPreparedStatement } from "@cdktf/provider-aws/lib/athena-prepared-statement";
import { AthenaWorkgroup } from "@cdktf/provider-aws/lib/athena-workgroup";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { scanCutoffMebibytes } from "@streaming-data-lake/rules/limits";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { grant } from "../access/grant";
import type { Grantee } from "../access/role";
import { type Catalog, catalogReference } from "../catalog/catalog";
import { type LakeTable, tableReference } from "../catalog/lake-table";
import { accountId, partition, region } from "../core/account";
import { times } from "../core/arithmetic";
import { keyArn } from "../core/key";
import { defaultName, literal, stableId } from "../core/names";
import { Problems } from "../core/problems";
import * as references from "../core/references";
import { either, flag, having, list, number, optional, type Shapes, shaped, text } from "../core/shape";
import { claimName } from "../core/unique-names";
import { tableFolders } from "../lake/folders";
import type { ILake } from "../lake/lake";
import { checkFolderOnce, problemOfFolder, share } from "../lake/prefix";
import type { Metric } from "../monitoring/metric";
import { checkQueryTexts, firstOfEachName, type QueryTextProps, queryTextShapes } from "./query-text";

/** A workgroup of this account and region: an object such as an `AthenaWorkgroup`, its ARN or its name. */
export type WorkgroupReference = string | { readonly name: string; readonly arn: string };

export interface QueryLayerProps extends QueryTextProps {
  /** The catalog whose tables are queried. */
  readonly catalog: Catalog;
  /**
   * An existing workgroup. Can't be given together with `workgroupName`, `scanCutoffMebibytes` or `forceDestroy`.
   *
   * @default - a new workgroup
   */
  readonly workgroup?: WorkgroupReference;
  /** Name of a new workgroup: 1-128 letters, digits and `._-`. @default - `<project>-<environment>-<construct id>` */
  readonly workgroupName?: string;
  /** Lake in which results are stored, encrypted with the lake's key. @default - the catalog's lake */
  readonly lake?: ILake;
  /**
   * Folder of the results in the lake, outside of all tables' folders.
   *
   * @default - the lake's zone of results, `athena-results/`
   */
  readonly resultPrefix?: string;
  /**
   * MiB that a query can scan before it is cancelled, 10 or more. Athena charges for scanned bytes.
   *
   * @default 10240, about 0.05 USD
   */
  readonly scanCutoffMebibytes?: number;
  /** Lets a destroy delete a workgroup that has a history of queries. Their results stay in the lake. @default true */
  readonly forceDestroy?: boolean;
}

const runActions = [
  "athena:GetNamedQuery",
  "athena:GetPreparedStatement",
  "athena:GetQueryExecution",
  "athena:GetQueryResults",
  "athena:GetWorkGroup",
  "athena:ListNamedQueries",
  "athena:ListPreparedStatements",
  "athena:StartQueryExecution",
  "athena:StopQueryExecution",
];

const shapes: Shapes<QueryLayerProps> = {
  ...queryTextShapes,
  catalog: catalogReference,
  workgroup: optional(either("a workgroup, its name or its ARN", text, having("", "name", "arn"))),
  workgroupName: optional(text),
  lake: optional(references.lakeReference),
  resultPrefix: optional(text),
  scanCutoffMebibytes: optional(number(scanCutoffMebibytes)),
  forceDestroy: optional(flag),
};

/** An Athena workgroup that enforces, for every query, encrypted results in one place and a limit on scanned bytes. */
export class QueryLayer extends Construct {
  readonly workgroup: { readonly name: string; readonly arn: string };
  readonly namedQueries: ReadonlyMap<string, AthenaNamedQuery>;

  private readonly lake: ILake;
  private readonly resultPrefix: string;

  constructor(scope: Construct, id: string, props: QueryLayerProps) {
    super(scope, id);
    props = shaped(this, props, shapes);
    const { catalog, lake = catalog.lake, resultPrefix = lake.zones.results } = props;
    const workgroupName = props.workgroupName ?? defaultName(this);
    Problems.check(this, (problems) =>
      checkQueryLayer(this, problems, { ...props, lake, resultPrefix }, workgroupName),
    );
    checkFolderOnce(this, "resultPrefix", resultPrefix);
    if (!props.workgroup) claimName(this, "Athena workgroup", "workgroupName", workgroupName);
    this.lake = lake;
    this.resultPrefix = resultPrefix;
    this.workgroup = props.workgroup
      ? this.existingWorkgroup(props.workgroup)
      : this.createWorkgroup(workgroupName, props);
    this.namedQueries = new Map(
      firstOfEachName(props.namedQueries).map(({ name, description, sql }) => [
        name,
        new AthenaNamedQuery(this, `query-${stableId(this, name)}`, {
          name,
          description,
          database: catalog.database,
          workgroup: this.workgroup.name,
          query: literal(sql),
        }),
      ]),
    );
    for (const { name, description, sql } of firstOfEachName(props.preparedStatements))
      new AthenaPreparedStatement(this, `statement-${stableId(this, name)}`, {
        name,
        description,
        workgroup: this.workgroup.name,
        queryStatement: literal(sql),
      });
  }

  /** Lets a role query tables. It can use the workgroup, the results, the tables' definitions and their objects. */
  grantQuery(grantee: Grantee, tables: readonly LakeTable[]): IamRolePolicy[] {
    return this.grantActions(grantee, tables, runActions);
  }

  /** Lets a role start queries of tables whose answers it does not get, such as an `INSERT INTO`. */
  grantStart(grantee: Grantee, tables: readonly LakeTable[]): IamRolePolicy[] {
    return this.grantActions(grantee, tables, ["athena:StartQueryExecution"]);
  }

  private grantActions(
    grantee: Grantee,
    tables: readonly LakeTable[],
    actions: readonly string[],
  ): IamRolePolicy[] {
    const shapes = { grantee: references.grantee, tables: list(tableReference) };
    ({ grantee, tables } = shaped(this, { grantee, tables }, shapes));
    const results = [this.resultPrefix];
    return [
      grant(this, grantee, [{ actions: [...actions], resources: [this.workgroup.arn] }]),
      // Athena writes and reads results with the permissions of the caller.
      this.lake.grantRead(grantee, results),
      this.lake.grantWrite(grantee, results),
      ...tables.flatMap((table) => table.grantRead(grantee)),
    ];
  }

  /**
   * The number of DML queries, such as `INSERT INTO`, that ended in the given state.
   *
   * https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html
   */
  metricQueries(queryState: "SUCCEEDED" | "FAILED" | "CANCELED" | "CANCELLED"): Metric {
    const dimensions = { QueryState: queryState, QueryType: "DML", WorkGroup: this.workgroup.name };
    return {
      namespace: "AWS/Athena",
      metricName: "TotalExecutionTime",
      dimensions,
      statistic: "SampleCount",
    };
  }

  /** https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html */
  metricProcessedBytes(): Metric {
    const dimensions = { WorkGroup: this.workgroup.name };
    return { namespace: "AWS/Athena", metricName: "ProcessedBytes", dimensions, statistic: "Sum" };
  }

  private existingWorkgroup(workgroup: WorkgroupReference): { readonly name: string; readonly arn: string } {
    if (typeof workgroup !== "string") return workgroup;
    if (workgroup.startsWith("arn:")) return { name: workgroup.replace(/^.*\//, ""), arn: workgroup };
    // Only Terraform knows whether a token is a name or an ARN. In both, the last part is the name.
    const name = Token.isUnresolved(workgroup)
      ? Fn.element(Fn.reverse(Fn.split("/", workgroup)), 0)
      : workgroup;
    const account = `arn:${partition(this)}:athena:${region(this)}:${accountId(this)}`;
    return { name, arn: `${account}:workgroup/${name}` };
  }

  private createWorkgroup(name: string, props: QueryLayerProps): AthenaWorkgroup {
    const { bucketName, encryptionKey } = this.lake;
    return new AthenaWorkgroup(this, "workgroup", {
      name,
      description: `Queries of ${name}`,
      // Without this, a destroy fails once a query has been run.
      forceDestroy: props.forceDestroy ?? true,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: times(props.scanCutoffMebibytes ?? 10_240, 1024 * 1024),
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: `s3://${bucketName}/${this.resultPrefix}`,
          encryptionConfiguration: encryptionKey
            ? { encryptionOption: "SSE_KMS", kmsKeyArn: keyArn(encryptionKey) }
            : { encryptionOption: "SSE_S3" },
        },
      },
    });
  }
}

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html */
function checkQueryLayer(
  scope: Construct,
  problems: Problems,
  props: QueryLayerProps & { readonly lake: ILake; readonly resultPrefix: string },
  workgroupName: string,
): void {
  const { resultPrefix } = props;
  problems.exclusive("workgroup", props.workgroup, "workgroupName", props.workgroupName);
  problems.exclusive("workgroup", props.workgroup, "scanCutoffMebibytes", props.scanCutoffMebibytes);
  problems.exclusive("workgroup", props.workgroup, "forceDestroy", props.forceDestroy);
  if (typeof props.workgroup === "string")
    problems.name(
      "workgroup",
      props.workgroup,
      /^(?:arn:[^:]+:athena:[^:]+:\d{12}:workgroup\/)?[a-zA-Z0-9._-]{1,128}$/,
      "a workgroup, its name, or its ARN, such as arn:aws:athena:us-east-1:123456789012:workgroup/analysts",
    );
  problems.name("workgroupName", workgroupName, /^[a-zA-Z0-9._-]{1,128}$/, "1-128 letters, digits and ._-");
  problems.integer("scanCutoffMebibytes", props.scanCutoffMebibytes, scanCutoffMebibytes);
  const tables = problemOfFolder(resultPrefix) === undefined ? tableFolders(scope, props.lake) : [];
  for (const { name, prefix } of tables)
    problems.require(
      "resultPrefix",
      resultPrefix,
      !share(resultPrefix, prefix),
      `must not share a folder with table ${name}, ${prefix}: the table would read the results`,
    );
  checkQueryTexts(problems, props);
}
