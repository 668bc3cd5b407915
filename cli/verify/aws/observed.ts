import { setTimeout as delay } from "node:timers/promises";
import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import {
  DescribeDeliveryStreamCommand,
  type ExtendedS3DestinationDescription,
  FirehoseClient,
} from "@aws-sdk/client-firehose";
import { EntityNotFoundException, GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { SQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { type Io, UserError } from "@streaming-data-lake/command";
import { runOnAthena } from "../../query/athena";
import type { Observed, ObservedRows } from "../observed";
import type { VerifiedPipeline } from "../pipeline";
import { deadLettersSince, latestQuery } from "./ends";
import { alarmStates, countsSince } from "./metrics";
import { objectsSince } from "./objects";

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const scheduledTime = "<aws.scheduler.scheduled-time>";
const hourMilliseconds = 3_600_000;

/** How long a delivery stream can stay in the state CREATING. Milliseconds. */
const creation = 10 * 60_000;

/**
 * Observes the pipeline on AWS. The clients take credentials and endpoints from where AWS's own tools take them,
 * including `AWS_ENDPOINT_URL`.
 */
export function observeAws(pipeline: VerifiedPipeline, { env, signal, stderr }: Io): Observed {
  const { stack, delivery, schedule } = pipeline;
  const config = { region: stack.region };
  const athena = new AthenaClient(config);
  const cloudWatch = new CloudWatchClient(config);
  const firehose = new FirehoseClient(config);
  const glue = new GlueClient(config);
  const scheduler = new SchedulerClient(config);
  const sqs = new SQSClient(config);
  // A server in place of AWS has no host name for each bucket, and speaks HTTP/1.1.
  const isElsewhere = (service: string) =>
    (env[`AWS_ENDPOINT_URL_${service}`] ?? env.AWS_ENDPOINT_URL) !== undefined;
  const s3 = new S3Client({ ...config, forcePathStyle: isElsewhere("S3") });
  const kinesis = new KinesisClient({
    ...config,
    maxAttempts: 1,
    ...(isElsewhere("KINESIS") && { requestHandler: new NodeHttpHandler() }),
  });
  const clients = [athena, cloudWatch, firehose, glue, kinesis, s3, scheduler, sqs];

  let since = new Date();
  let destination: Partial<ExtendedS3DestinationDescription> = {};
  let last: string | undefined;

  const ask = async (sql: string, workgroup: string, database: string): Promise<ObservedRows> => {
    const { rows, statistics } = await runOnAthena(
      { sql, values: [] },
      { client: athena, workgroup, database, signal, onProgress: () => {} },
    );
    return { rows, bytesScanned: statistics.bytesScanned };
  };
  const outputOf = (name: string) => {
    const value = stack.outputs[name];
    if (value === undefined)
      throw new UserError(`the stack has no output "${name}", which says where to look`);
    return value;
  };
  const scheduledQuery = async () => {
    const { Target } = await scheduler.send(new GetScheduleCommand({ Name: schedule.name }));
    return JSON.parse(Target?.Input ?? "{}") as {
      readonly QueryString: string;
      readonly WorkGroup: string;
      readonly QueryExecutionContext: { readonly Database: string };
    };
  };

  return {
    place: `AWS, ${stack.region}`,
    target: { client: kinesis },
    lookAgain: 15_000,
    async ready() {
      // Firehose reads only the records that arrive after it has become active: https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
      const until = Date.now() + creation;
      for (;;) {
        const { DeliveryStreamDescription: found } = await firehose.send(
          new DescribeDeliveryStreamCommand({ DeliveryStreamName: delivery.name }),
        );
        const status = found?.DeliveryStreamStatus ?? "missing";
        if (status === "ACTIVE") {
          destination = found?.Destinations?.[0]?.ExtendedS3DestinationDescription ?? {};
          break;
        }
        if (status !== "CREATING" || Date.now() > until)
          throw new UserError(`the delivery stream ${delivery.name} is ${status}, and must be ACTIVE`);
        stderr.write(`verify: ${delivery.name} is being created; waiting until it is active\n`);
        await delay(10_000, undefined, { signal });
      }
      last = await latestQuery(athena, (await scheduledQuery()).WorkGroup);
      since = new Date();
    },
    deliverNow: async () => {},
    counts: () => countsSince(cloudWatch, pipeline, since),
    deadLetters: () => deadLettersSince(sqs, pipeline.queues, since),
    alarms: (names) => alarmStates(cloudWatch, names),
    async columns(DatabaseName, Name) {
      try {
        const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name }));
        const columns = [...(Table?.StorageDescriptor?.Columns ?? []), ...(Table?.PartitionKeys ?? [])];
        return columns.map(({ Name }) => String(Name));
      } catch (error) {
        if (error instanceof EntityNotFoundException) return undefined;
        throw error;
      }
    },
    objects: (zone) => objectsSince(s3, destination, zone, since),
    query: (sql) => ask(sql, outputOf("workgroup_name"), outputOf("database_name")),
    async rollup(hour) {
      const { QueryString, WorkGroup, QueryExecutionContext } = await scheduledQuery();
      // The time at which the schedule runs for the hour. The statement does not depend on its minute.
      const time = new Date(hour.getTime() + hourMilliseconds).toISOString().replace(/\.\d+/, "");
      return ask(QueryString.replaceAll(scheduledTime, time), WorkGroup, QueryExecutionContext.Database);
    },
    lastRollup: async () => last,
    close: async () => {
      for (const client of clients) client.destroy();
    },
  };
}
