import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { scanCutoffMebibytes, scheduleLimits } from "@streaming-data-lake/rules/limits";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { allow, serviceRole } from "../access/iam";
import { checkRoleName } from "../access/role";
import { type Catalog, catalogReference } from "../catalog/catalog";
import { type LakeTable, tableReference } from "../catalog/lake-table";
import { checkKey, type KeyReference } from "../core/key";
import { defaultName, literal } from "../core/names";
import { Problems } from "../core/problems";
import * as references from "../core/references";
import { list, number, optional, type Shapes, shaped, text } from "../core/shape";
import { claimName, nameParts } from "../core/unique-names";
import {
  checkDeadLetterQueue,
  type DeadLetterQueue,
  type DeadLetterQueueProps,
  deadLetterQueue,
  deadLetterQueueShape,
  queueDepthMetric,
} from "../ingest/dead-letter-queue";
import type { Metric, MetricMath } from "../monitoring/metric";
import { QueryLayer } from "./query-layer";

const namePattern = /^[\w.-]{1,64}$/;

export interface BatchRollupProps {
  /** Name of the schedule: 1-64 letters, digits and `_.-`. @default - `<project>-<environment>-<construct id>` */
  readonly name?: string;
  /** The catalog that has the statement's tables. */
  readonly catalog: Catalog;
  /** The tables that the statement reads, in addition to the one that it fills. */
  readonly sources: readonly LakeTable[];
  /** The table that the statement fills. */
  readonly table: LakeTable;
  /**
   * An `INSERT INTO` statement. In it, `<aws.scheduler.scheduled-time>` is replaced by the time for which the run was
   * scheduled, such as `2022-03-22T18:59:43Z`: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
   */
  readonly sql: string;
  /** MiB that a run can scan before it is cancelled, 10 or more. @default 10240 */
  readonly scanCutoffMebibytes?: number;
  /**
   * When the statement runs, as `cron(…)` or `rate(…)` in UTC.
   *
   * @default "cron(15 * * * ? *)", a quarter past each hour
   */
  readonly scheduleExpression?: string;
  /** How often a start is retried if Athena refuses it, 0-185. @default 5 */
  readonly maximumRetryAttempts?: number;
  /** Seconds after which a start is discarded, 60-86400. @default 3600 */
  readonly maximumEventAgeSeconds?: number;
  /** The queue for discarded starts. @default - a new queue */
  readonly onFailure?: DeadLetterQueueProps;
  /** Name of the role: 1-64 letters, digits and `+=,.@_-`. @default - the schedule's name */
  readonly roleName?: string;
  /** Customer-managed key of a new queue. @default - the lake's key, or else a key that SQS manages */
  readonly encryptionKey?: KeyReference;
}

const shapes: Shapes<BatchRollupProps> = {
  name: optional(text),
  catalog: catalogReference,
  sources: list(tableReference),
  table: tableReference,
  sql: text,
  scanCutoffMebibytes: optional(number(scanCutoffMebibytes)),
  scheduleExpression: optional(text),
  maximumRetryAttempts: optional(number(scheduleLimits.maximumRetryAttempts)),
  maximumEventAgeSeconds: optional(number(scheduleLimits.maximumEventAgeSeconds)),
  onFailure: optional(deadLetterQueueShape),
  roleName: optional(text),
  encryptionKey: optional(references.key),
};

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html */
const startQueryExecution = "arn:aws:scheduler:::aws-sdk:athena:startQueryExecution";

/** A schedule by which Athena fills a table, such as an hourly summary, from others. It has its own workgroup. */
export class BatchRollup extends Construct {
  /** A workgroup for these runs alone, so that its metrics show how they ended. */
  readonly queries: QueryLayer;
  readonly schedule: SchedulerSchedule;
  readonly role: IamRole;
  readonly deadLetterQueue: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: BatchRollupProps) {
    super(scope, id);
    props = shaped(this, props, shapes);
    const name = props.name ?? defaultName(this);
    const { catalog, table, sources, onFailure } = props;
    const queueName = `${name}-dead-letters`;
    Problems.check(this, (problems) => checkBatchRollup(this, problems, props, { name, queueName }));
    nameParts(this, "name", name);
    claimName(this, "schedule", "name", name);
    this.deadLetterQueue = deadLetterQueue(this, "dead-letters", queueName, {
      encryptionKey: onFailure?.queue ? undefined : (props.encryptionKey ?? table.lake.pipelineKey),
      ...onFailure,
    });
    this.queries = new QueryLayer(this, "queries", {
      catalog,
      // The workgroup is not given an invalid name, so that it does not report the name a second time.
      workgroupName: Token.isUnresolved(name) || namePattern.test(name) ? name : undefined,
      scanCutoffMebibytes: props.scanCutoffMebibytes,
    });
    this.role = serviceRole(this, "role", {
      name: props.roleName ?? name,
      nameProp: props.roleName === undefined ? "name" : "roleName",
      service: "scheduler.amazonaws.com",
      description: `Starts the queries of ${name}`,
    });
    // Athena reads and writes with the role's permissions: https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html
    const policies = [
      ...this.queries.grantStart(this.role, [...sources, table]),
      ...table.grantInsert(this.role),
      allow(this, "send-dead-letters", this.role, this.deadLetterQueue.sendStatements),
    ];
    this.schedule = new SchedulerSchedule(this, "schedule", {
      name,
      description: `Fills ${table.name} from ${sources.map((source) => source.name).join(", ")}`,
      scheduleExpression: props.scheduleExpression ?? "cron(15 * * * ? *)",
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: startQueryExecution,
        roleArn: this.role.arn,
        // The JSON has several lines, because CDKTF's HCL does not escape the quotes of a single line with references.
        input: JSON.stringify(
          {
            QueryString: literal(props.sql),
            QueryExecutionContext: { Catalog: "AwsDataCatalog", Database: table.database },
            WorkGroup: this.queries.workgroup.name,
            // The token is the same for each attempt, so that a start that is delivered twice runs once. The execution
            // id would not do, because it differs between attempts. A token needs 32 characters or more.
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
      dependsOn: [...new Set(policies)],
    });
  }

  /**
   * Runs that started and did not succeed. Both spellings of cancelled queries are counted, because Athena's
   * documentation uses both.
   */
  metricFailures(periodSeconds = 300): MetricMath {
    const ended = (state: Parameters<QueryLayer["metricQueries"]>[0]) => ({
      ...this.queries.metricQueries(state),
      periodSeconds,
    });
    return {
      expression: "FILL(failed, 0) + FILL(canceled, 0) + FILL(cancelled, 0)",
      metrics: { failed: ended("FAILED"), canceled: ended("CANCELED"), cancelled: ended("CANCELLED") },
      label: "Runs that failed",
    };
  }

  metricSuccesses(): Metric {
    return this.queries.metricQueries("SUCCEEDED");
  }

  /** Discarded starts that are in the dead-letter queue. */
  metricDeadLetters(): Metric {
    return queueDepthMetric(this.deadLetterQueue);
  }
}

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
function checkBatchRollup(
  scope: Construct,
  problems: Problems,
  props: BatchRollupProps,
  known: { readonly name: string; readonly queueName: string },
): void {
  const { sql, scheduleExpression } = props;
  const named = problems.name("name", known.name, namePattern, "1-64 letters, digits and _.-");
  checkRoleName(problems, props.roleName);
  checkDeadLetterQueue(
    scope,
    problems.at("onFailure"),
    props.onFailure ?? {},
    named ? known.queueName : undefined,
  );
  checkKey(problems, "encryptionKey", props.encryptionKey);
  problems.name(
    "scheduleExpression",
    scheduleExpression,
    /^(?:rate|cron)\(.+\)$/,
    "cron(…) or rate(…), such as cron(15 * * * ? *)",
  );
  problems.integer("maximumRetryAttempts", props.maximumRetryAttempts, scheduleLimits.maximumRetryAttempts);
  problems.integer(
    "maximumEventAgeSeconds",
    props.maximumEventAgeSeconds,
    scheduleLimits.maximumEventAgeSeconds,
  );
  problems.require("sql", sql, /^\s*(?:--[^\n]*\n\s*)*INSERT\s+INTO\s/i.test(sql), "must be an INSERT INTO");
}
