import { AthenaNamedQuery } from "@cdktf/provider-aws/lib/athena-named-query";
import { AthenaPreparedStatement } from "@cdktf/provider-aws/lib/athena-prepared-statement";
import { AthenaWorkgroup } from "@cdktf/provider-aws/lib/athena-workgroup";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Construct } from "constructs";
import type { Catalog } from "../catalog/catalog";
import { encryptStatement } from "../core/customer-managed-key";
import { grant } from "../core/iam";
import { defaultName, literal } from "../core/names";
import { Problems } from "../core/problems";
import { dataDestructionAllowed } from "../lake/data-lake-rules";
import type { Metric } from "../monitoring/metric";
import { checkQueryLayerProps, defaultResultPrefix } from "./query-layer-rules";

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html */
export interface NamedQueryProps {
  /** 1-128 characters. */
  readonly name: string;
  /** Up to 1024 characters. */
  readonly description?: string;
  readonly sql: string;
}

export interface QueryLayerProps {
  /** An existing workgroup, or … @default - a new one */
  readonly workgroup?: AthenaWorkgroup;
  /** … the name of a new one: 1-128 letters, digits and `._-`. @default - `<project>-<environment>-<construct id>` */
  readonly workgroupName?: string;
  /** Where results go. */
  readonly bucket: S3Bucket;
  /** The results' place in the bucket; not below a table's. @default "athena-results/" */
  readonly resultPrefix?: string;
  /** Customer-managed key of the results. @default - encrypted with keys that S3 manages */
  readonly encryptionKey?: KmsKey;
  /** MiB that one query may scan before it is cancelled, 10 or more; Athena charges by it. @default 10240, about 0.05 USD */
  readonly scanCutoffMebibytes?: number;
  /** What the queries are asked of. */
  readonly catalog: Catalog;
  /** Queries that the console offers by name. @default - none */
  readonly namedQueries?: readonly NamedQueryProps[];
  /** Statements with `?` parameters; their names are letters, digits and underscores. @default - none */
  readonly preparedStatements?: readonly NamedQueryProps[];
  /** Lets a destroy delete a workgroup that holds a history. Takes the context flag `allowDataDestruction` as well. @default false */
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

/** An Athena workgroup whose rules hold for every query: encrypted results in one place, and a limit on the scan. */
export class QueryLayer extends Construct {
  readonly workgroup: AthenaWorkgroup;
  readonly namedQueries: ReadonlyMap<string, AthenaNamedQuery>;

  private readonly bucket: S3Bucket;
  private readonly resultPrefix: string;
  private readonly encryptionKey?: KmsKey;

  constructor(scope: Construct, id: string, props: QueryLayerProps) {
    super(scope, id);
    const workgroupName = props.workgroupName ?? defaultName(this);
    Problems.check(this, (problems) => checkQueryLayerProps(problems, props, this, { workgroupName }));
    this.bucket = props.bucket;
    this.encryptionKey = props.encryptionKey;
    this.resultPrefix = props.resultPrefix ?? defaultResultPrefix;
    this.workgroup = props.workgroup ?? this.createWorkgroup(workgroupName, props);
    this.namedQueries = new Map(
      (props.namedQueries ?? []).map(({ name, description, sql }) => [
        name,
        new AthenaNamedQuery(this, `query-${name}`, {
          name,
          description,
          database: props.catalog.database.name,
          workgroup: this.workgroup.name,
          query: literal(sql),
        }),
      ]),
    );
    for (const { name, description, sql } of props.preparedStatements ?? [])
      new AthenaPreparedStatement(this, `statement-${name}`, {
        name,
        description,
        workgroup: this.workgroup.name,
        queryStatement: literal(sql),
      });
  }

  /** Lets a role run queries in the workgroup and read their results; the tables are granted by catalog and lake. */
  grantRunQueries(role: IamRole): IamRolePolicy[] {
    return [
      grant(this, "run-queries", role, [{ actions: runActions, resources: [this.workgroup.arn] }]),
      // Athena writes and reads results as the one who asks.
      grant(this, "use-results", role, [
        { actions: ["s3:GetBucketLocation", "s3:ListBucket"], resources: [this.bucket.arn] },
        {
          actions: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
          resources: [`${this.bucket.arn}/${this.resultPrefix}*`],
        },
        ...(this.encryptionKey ? [encryptStatement(this.encryptionKey)] : []),
      ]),
    ];
  }

  /** https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html */
  metricProcessedBytes(): Metric {
    const dimensions = { WorkGroup: this.workgroup.name };
    return { namespace: "AWS/Athena", metricName: "ProcessedBytes", dimensions, statistic: "Sum" };
  }

  private createWorkgroup(name: string, props: QueryLayerProps): AthenaWorkgroup {
    return new AthenaWorkgroup(this, "workgroup", {
      name,
      description: `Queries of ${name}`,
      forceDestroy: props.forceDestroy === true && dataDestructionAllowed(this),
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: (props.scanCutoffMebibytes ?? 10_240) * 1024 * 1024,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: `s3://${props.bucket.bucket}/${this.resultPrefix}`,
          encryptionConfiguration: props.encryptionKey
            ? { encryptionOption: "SSE_KMS", kmsKeyArn: props.encryptionKey.arn }
            : { encryptionOption: "SSE_S3" },
        },
      },
    });
  }
}
