import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Construct } from "constructs";
import type { Catalog } from "../catalog/catalog";
import { catalogArn } from "../catalog/glue-arns";
import { encryptStatement } from "../core/customer-managed-key";
import { attachPolicy, serviceRole } from "../core/iam";
import { defaultName, literal } from "../core/names";
import { Problems } from "../core/problems";
import {
  createDeadLetterQueue,
  type DeadLetterQueueProps,
  queueDepthMetric,
} from "../ingest/dead-letter-queue";
import type { DataLake } from "../lake/data-lake";
import type { Metric } from "../monitoring/metric";
import { checkBatchRollupProps } from "./batch-rollup-rules";
import type { QueryLayer } from "./query-layer";

export interface BatchRollupProps {
  /** Name of the schedule, 1-64 letters, digits and `_.-`. @default - `<project>-<environment>-<construct id>` */
  readonly name?: string;
  readonly lake: DataLake;
  readonly catalog: Catalog;
  readonly queries: QueryLayer;
  /** The catalog's tables that the statement reads, beside the one that it fills. */
  readonly sources: readonly string[];
  /** The catalog's table that the statement fills. */
  readonly table: string;
  /**
   * An `INSERT INTO`. Where it says `<aws.scheduler.scheduled-time>` it is given the time that it was to run at, such
   * as `2022-03-22T18:59:43Z`: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
   */
  readonly sql: string;
  /** `cron(…)` or `rate(…)`, in UTC. @default "cron(15 * * * ? *)", a quarter past each hour */
  readonly scheduleExpression?: string;
  /** Times that a start which Athena refuses is tried again, 0-185. @default 5 */
  readonly maximumRetryAttempts?: number;
  /** Seconds after which a start is given up, 60-86400. @default 3600 */
  readonly maximumEventAgeSeconds?: number;
  /** Queue of the starts that are given up. */
  readonly deadLetterQueue?: DeadLetterQueueProps;
  /** 1-64 letters, digits and `+=,.@_-`. @default - the schedule's name */
  readonly roleName?: string;
  /** Customer-managed key of the queue. @default - keys that AWS manages */
  readonly encryptionKey?: KmsKey;
}

/** What a role needs beside reading a table to add partitions to it: https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html */
const partitionActions = ["glue:BatchCreatePartition", "glue:CreatePartition", "glue:UpdatePartition"];

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html */
const startQueryExecution = "arn:aws:scheduler:::aws-sdk:athena:startQueryExecution";

/** A schedule that has Athena fill a table from others, such as an hourly summary. */
export class BatchRollup extends Construct {
  readonly schedule: SchedulerSchedule;
  readonly role: IamRole;
  readonly deadLetterQueue: SqsQueue;

  constructor(scope: Construct, id: string, props: BatchRollupProps) {
    super(scope, id);
    const name = props.name ?? defaultName(this);
    const { encryptionKey, queries, catalog } = props;
    const queueProps = { encryptionKey, ...props.deadLetterQueue };
    const queueName = `${name}-dead-letters`;
    Problems.check(this, (problems) => checkBatchRollupProps(problems, props, { name, queueName }));
    this.deadLetterQueue = createDeadLetterQueue(this, "dead-letters", queueName, queueProps);
    this.role = serviceRole(this, "role", {
      name: props.roleName ?? name,
      service: "scheduler.amazonaws.com",
      description: `Starts the queries of ${name}`,
    });
    const policies = this.grantTables(props);
    this.schedule = new SchedulerSchedule(this, "schedule", {
      name,
      description: `Fills ${props.table} from ${props.sources.join(", ")}`,
      scheduleExpression: props.scheduleExpression ?? "cron(15 * * * ? *)",
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: startQueryExecution,
        roleArn: this.role.arn,
        // On lines of its own, because CDKTF's HCL leaves the quotes of a single line with references as they are.
        input: JSON.stringify(
          {
            QueryString: literal(props.sql),
            QueryExecutionContext: { Catalog: "AwsDataCatalog", Database: catalog.database.name },
            WorkGroup: queries.workgroup.name,
            // The same for each attempt, so that a start that is delivered twice runs once. The execution id isn't, and
            // a token has 32 characters or more.
            // https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
            ClientRequestToken: `scheduled-query-${name}-<aws.scheduler.scheduled-time>`,
          },
          null,
          2,
        ),
        retryPolicy: {
          maximumRetryAttempts: props.maximumRetryAttempts ?? 5,
          maximumEventAgeInSeconds: props.maximumEventAgeSeconds ?? 3600,
        },
        deadLetterConfig: { arn: this.deadLetterQueue.arn },
      },
      dependsOn: [...policies, this.grantDeadLetters(queueProps.encryptionKey)],
    });
  }

  /** Starts that were given up and wait in the queue. */
  metricDeadLetters(): Metric {
    return queueDepthMetric(this.deadLetterQueue);
  }

  /** Athena acts with the role's permissions: https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html */
  private grantTables({ lake, catalog, queries, sources, table }: BatchRollupProps): IamRolePolicy[] {
    const target = catalog.table(table);
    const names = [...new Set([...sources, table])];
    const prefixOf = (name: string) => catalog.prefixes.get(name) ?? "";
    return [
      ...queries.grantRunQueries(this.role),
      catalog.grantRead(
        this.role,
        names.map((name) => catalog.table(name)),
      ),
      lake.grantRead(this.role, names.map(prefixOf)),
      lake.grantWrite(this.role, [prefixOf(table)]),
      attachPolicy(this, "write-catalog", this.role, [
        {
          actions: partitionActions,
          resources: [catalogArn(catalog.database.arn), catalog.database.arn, target.arn],
        },
      ]),
    ];
  }

  private grantDeadLetters(key: KmsKey | undefined): IamRolePolicy {
    return attachPolicy(this, "send-dead-letters", this.role, [
      { actions: ["sqs:SendMessage"], resources: [this.deadLetterQueue.arn] },
      ...(key ? [encryptStatement(key)] : []),
    ]);
  }
}
