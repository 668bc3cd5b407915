import { quoteName } from "@streaming-data-lake/lake/quote";
import { tablesOfSchedule } from "@streaming-data-lake/lake/stack-tables";
import { StackError } from "@streaming-data-lake/terraform/errors";
import type { OpenedStack } from "@streaming-data-lake/terraform/open-stack";
import type {
  DeliveryStream,
  GlueTable,
  KinesisStream,
  LambdaFunction,
  MetricAlarm,
  Schedule,
  Stack,
} from "@streaming-data-lake/terraform/types";

/** The pipeline to verify: a stream with a function and a delivery, the table that is filled, and its roll-up. */
export interface VerifiedPipeline {
  readonly stack: Stack;
  readonly stream: KinesisStream;
  readonly function: LambdaFunction;
  /** CloudWatch namespace of the function's metrics. */
  readonly namespace: string;
  /** Degrees Celsius above which a reading raises an alert. */
  readonly alertThreshold: number;
  readonly delivery: DeliveryStream;
  /** The table whose columns decide how records are converted. */
  readonly table: GlueTable;
  readonly schedule: Schedule;
  /** The table that the schedule fills. */
  readonly hourly: GlueTable;
  /** Names of the queues. */
  readonly queues: readonly string[];
  readonly alarms: readonly MetricAlarm[];
}

/** A table's name with its database, for SQL. */
export const nameInSql = ({ database, name }: GlueTable): string =>
  `${quoteName(database)}.${quoteName(name)}`;

/** @throws StackError in one line, when the stack is not such a pipeline. */
export function verifiedPipelineOf({
  stack,
  resources,
}: Pick<OpenedStack, "stack" | "resources">): VerifiedPipeline {
  const stream = only(stack.streams, "stream");
  const delivery = only(stack.deliveryStreams, "delivery stream");
  const schedule = only(stack.schedules, "scheduled query", "scheduled queries");
  const fn = only(stack.functions, "function");
  const { conversion } = delivery;
  const table = stack.tables.find(
    ({ database, name }) => database === conversion?.database && name === conversion.table,
  );
  if (!table) throw new StackError(`${delivery.address} does not convert its records by a table`);
  const { writes: hourly } = tablesOfSchedule(stack, schedule);
  if (!hourly) throw new StackError(`${schedule.address} fills no table of the stack`);
  const { METRICS_NAMESPACE: namespace, ALERT_THRESHOLD_CELSIUS: threshold } = fn.environment;
  if (namespace === undefined || threshold === undefined)
    throw new StackError(
      `${fn.address} has no METRICS_NAMESPACE and ALERT_THRESHOLD_CELSIUS in its environment, as a function of readings has`,
    );
  return {
    stack,
    stream,
    function: fn,
    namespace,
    alertThreshold: Number(threshold),
    delivery,
    table,
    schedule,
    hourly,
    queues: resources("aws_sqs_queue").map((queue) => queue.required("name")),
    alarms: stack.alarms,
  };
}

function only<T>(all: readonly T[], what: string, several = `${what}s`): T {
  const [one] = all;
  if (one === undefined || all.length > 1)
    throw new StackError(
      `the stack has ${all.length === 0 ? `no ${what}` : `${all.length} ${several}`}; a pipeline is verified that has one ` +
        "stream, one function, one delivery stream and one scheduled query",
    );
  return one;
}
