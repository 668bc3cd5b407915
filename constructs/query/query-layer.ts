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
import { checkForceDestroy, dataDestructionAllowed } from "../core/data-destruction";
import { grant } from "../core/iam";
import { scanCutoffMebibytes } from "../core/limits";
import { defaultName, literal } from "../core/names";
import { Problems } from "../core/problems";
import { zones } from "../lake/zones";
import type { Metric } from "../monitoring/metric";
import { checkQueryTexts, type QueryTextProps } from "./query-text";

const defaultResultPrefix = zones.results;

export interface QueryLayerProps extends QueryTextProps {
  /** An existing workgroup. It excludes `workgroupName`. @default - a new workgroup */
  readonly workgroup?: AthenaWorkgroup;
  /** Name of a new workgroup: 1-128 letters, digits and `._-`. @default - `<project>-<environment>-<construct id>` */
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

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html */
function checkQueryLayerProps(
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
  problems.integer("scanCutoffMebibytes", props.scanCutoffMebibytes, scanCutoffMebibytes);
  const { resultPrefix = defaultResultPrefix, catalog } = props;
  problems.name("resultPrefix", resultPrefix, /^[^/].*\/$/, 'a folder: end in "/" and not start with it');
  for (const [table, prefix] of props.bucket === catalog.bucket ? catalog.prefixes : [])
    problems.require(
      "resultPrefix",
      resultPrefix,
      !resultPrefix.startsWith(prefix) && !prefix.startsWith(resultPrefix),
      `must not share a folder with table ${table}, ${prefix}: the table would read the results`,
    );
  checkForceDestroy(problems, scope, props.forceDestroy);
  checkQueryTexts(problems, props);
}
