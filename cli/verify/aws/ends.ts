import {
  type AthenaClient,
  GetQueryExecutionCommand,
  ListQueryExecutionsCommand,
} from "@aws-sdk/client-athena";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { DeadLetterCount } from "../observed";

/**
 * Counts the messages in the queues, and the records in them that were discarded since a time. Messages are read without
 * being deleted.
 */
export async function deadLettersSince(
  client: SQSClient,
  queues: readonly string[],
  since: Date,
): Promise<DeadLetterCount> {
  let messages = 0;
  let records = 0;
  for (const QueueName of queues) {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      }),
    );
    const held = Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
    messages += held;
    if (held === 0) continue;
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    for (const { Body = "{}" } of Messages) records += recordsOf(Body, since);
  }
  return { messages, records };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html */
function recordsOf(body: string, since: Date): number {
  const { timestamp = "", KinesisBatchInfo } = JSON.parse(body) as {
    readonly timestamp?: string;
    readonly KinesisBatchInfo?: { readonly batchSize?: number };
  };
  return Date.parse(timestamp) >= since.getTime() ? (KinesisBatchInfo?.batchSize ?? 0) : 0;
}

/**
 * How many of a workgroup's executions are compared to find the latest. Athena lists the latest first, but does not
 * promise to.
 */
const executions = 20;

/** The state of the latest query of a workgroup, such as how it ended; undefined when there is no query. */
export async function latestQuery(client: AthenaClient, WorkGroup: string): Promise<string | undefined> {
  const { QueryExecutionIds = [] } = await client.send(
    new ListQueryExecutionsCommand({ WorkGroup, MaxResults: executions }),
  );
  const found = await Promise.all(
    QueryExecutionIds.slice(0, executions).map((QueryExecutionId) =>
      client.send(new GetQueryExecutionCommand({ QueryExecutionId })),
    ),
  );
  const submitted = (at: (typeof found)[number] | undefined) =>
    at?.QueryExecution?.Status?.SubmissionDateTime?.getTime() ?? 0;
  const [latest] = found.toSorted((one, other) => submitted(other) - submitted(one));
  return latest?.QueryExecution?.Status?.State;
}
