import { createHash } from "node:crypto";
import type * as Client from "@aws-sdk/client-sqs";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { receiveCalls, sendCalls } from "@streaming-data-lake/runner/access/messages";
import { AwsError } from "../../protocol/errors";
import type { HandledCall, Handlers } from "../../server/handlers";
import type { World } from "../../world";
import { pageOf } from "../paging";
import type { Service } from "../service";
import type { MessageAttribute } from "./message";
import type { Queue, ReceivedMessage } from "./queues";

interface SendInput {
  readonly MessageBody?: string | undefined;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

const invalidReceipt = (receipt: string | undefined) =>
  new AwsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${receipt}" is not a valid receipt handle.`,
    400,
  );

const invalid = (code: string, message: string) => new AwsError(code, message);

/** SQS, for the stack's queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html */
export function sqs(world: World): Service {
  const { stack, queues } = world;

  const queueOf = (url: string | undefined, call: HandledCall, action: string = call.operation): Queue => {
    if (url === undefined)
      throw invalid("MissingParameter", "The request must contain the parameter QueueUrl.");
    const queue = queues.find(url.slice(url.lastIndexOf("/") + 1));
    if (!queue)
      throw new AwsError("QueueDoesNotExist", "The specified queue does not exist for this wsdl version.");
    const { arn } = queue.settings;
    if (action === "SendMessage") call.allowAll((role) => sendCalls(stack, role, arn));
    else if (action === "ReceiveMessage") call.allowAll((role) => receiveCalls(stack, role, arn));
    else call.allow(`sqs:${action}`, arn);
    return queue;
  };
  const urlOf = (call: HandledCall, name: string) => `${call.url}/${stack.accountId}/${name}`;
  const senderOf = ({ identity }: HandledCall) =>
    identity.kind === "user" ? "AIDALOCALLOCALLOCAL00" : `AROALOCALLOCALLOCAL00:${identity.role.session}`;

  const send = (queue: Queue, input: SendInput, call: HandledCall) => {
    const { settings } = queue;
    const { MessageBody: body = "", MessageAttributes = {}, DelaySeconds } = input;
    if (body === "") throw invalid("MissingParameter", "The request must contain the parameter MessageBody.");
    const attributes = attributesOf(MessageAttributes);
    const bytes = Buffer.byteLength(body) + bytesOf(attributes);
    if (bytes > settings.maxBytes)
      throw invalid(
        "InvalidParameterValue",
        `One or more parameters are invalid. Reason: Message must be shorter than ${settings.maxBytes} bytes.`,
      );
    if (settings.isFifo && input.MessageGroupId === undefined)
      throw invalid("MissingParameter", "The request must contain the parameter MessageGroupId.");
    if (DelaySeconds !== undefined && (DelaySeconds < 0 || DelaySeconds > 900))
      throw invalid(
        "InvalidParameterValue",
        `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
      );
    const sent = queue.send({
      body,
      attributes,
      sender: senderOf(call),
      delaySeconds: DelaySeconds,
      group: input.MessageGroupId,
      deduplication: input.MessageDeduplicationId,
    });
    return {
      MessageId: sent.id,
      MD5OfMessageBody: md5(body),
      ...(Object.keys(attributes).length > 0 && { MD5OfMessageAttributes: md5OfAttributes(attributes) }),
      ...(sent.sequence !== undefined && { SequenceNumber: sent.sequence }),
    };
  };

  const remove = (queue: Queue, receipt: string | undefined) => {
    if (receipt === undefined || !receipt.includes(".")) throw invalidReceipt(receipt);
    const message = queue.byReceipt(receipt);
    if (message) queue.delete([message.id]);
  };

  const hide = (queue: Queue, receipt: string | undefined, seconds: number | undefined) => {
    const message = receipt === undefined ? undefined : queue.byReceipt(receipt);
    if (!message || seconds === undefined) throw invalidReceipt(receipt);
    message.visibleAt = Date.now() + seconds * 1000;
  };

  /** Handles each entry of a batch separately, so that a failure of one does not affect the others. */
  const each = <Entry extends { readonly Id: string | undefined }, Result>(
    entries: readonly Entry[] | undefined,
    work: (entry: Entry) => Result,
  ) => {
    const all = entries ?? [];
    if (all.length === 0)
      throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
    if (all.length > 10)
      throw new AwsError(
        "TooManyEntriesInBatchRequest",
        `Maximum number of entries per request are 10. You have sent ${all.length}.`,
      );
    if (new Set(all.map(({ Id }) => Id)).size !== all.length)
      throw new AwsError("BatchEntryIdsNotDistinct", "Id repeated in the request.");
    const Successful: (Result & { Id: string })[] = [];
    const Failed: { Id: string; Code: string; Message: string; SenderFault: boolean }[] = [];
    for (const entry of all) {
      const Id = entry.Id ?? "";
      try {
        Successful.push({ ...work(entry), Id });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
      }
    }
    return { Successful, Failed };
  };

  const handlers: Handlers<typeof Client> = {
    ListQueues({ QueueNamePrefix = "", NextToken, MaxResults = 1000 }, call) {
      call.allow("sqs:ListQueues", `arn:aws:sqs:${stack.region}:${stack.accountId}:*`);
      const names = queues.names.filter((name) => name.startsWith(QueueNamePrefix));
      const { items, ...next } = pageOf(names, NextToken, MaxResults);
      return { QueueUrls: items.map((name) => urlOf(call, name)), ...next };
    },

    GetQueueUrl({ QueueName = "" }, call) {
      queueOf(QueueName, call);
      return { QueueUrl: urlOf(call, QueueName) };
    },

    GetQueueAttributes({ QueueUrl, AttributeNames = [] }, call) {
      const attributes = queueAttributes(queueOf(QueueUrl, call));
      const isAsked = (name: string) => AttributeNames.some((asked) => asked === "All" || asked === name);
      return {
        Attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => isAsked(name))),
      };
    },

    SendMessage(input, call) {
      return send(queueOf(input.QueueUrl, call), input, call);
    },

    SendMessageBatch({ QueueUrl, Entries }, call) {
      const queue = queueOf(QueueUrl, call, "SendMessage");
      return each(Entries, (entry) => send(queue, entry, call));
    },

    async ReceiveMessage(input, call) {
      const queue = queueOf(input.QueueUrl, call);
      const { settings } = queue;
      const { MaxNumberOfMessages: most = 1 } = input;
      if (most < 1 || most > 10)
        throw invalid(
          "InvalidParameterValue",
          `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
        );
      const received = await queue.receive(
        most,
        input.VisibilityTimeout ?? settings.visibilitySeconds,
        Math.min(input.WaitTimeSeconds ?? settings.waitSeconds, 20),
        call.gone,
      );
      if (received.length === 0) return {};
      const system = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
      return { Messages: received.map((one) => described(one, system, input.MessageAttributeNames ?? [])) };
    },

    DeleteMessage({ QueueUrl, ReceiptHandle }, call) {
      remove(queueOf(QueueUrl, call), ReceiptHandle);
      return {};
    },

    DeleteMessageBatch({ QueueUrl, Entries }, call) {
      const queue = queueOf(QueueUrl, call, "DeleteMessage");
      return each(Entries, ({ ReceiptHandle }) => {
        remove(queue, ReceiptHandle);
        return {};
      });
    },

    ChangeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout }, call) {
      hide(queueOf(QueueUrl, call), ReceiptHandle, VisibilityTimeout);
      return {};
    },

    ChangeMessageVisibilityBatch({ QueueUrl, Entries }, call) {
      const queue = queueOf(QueueUrl, call, "ChangeMessageVisibility");
      return each(Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
        hide(queue, ReceiptHandle, VisibilityTimeout);
        return {};
      });
    },

    PurgeQueue({ QueueUrl }, call) {
      queueOf(QueueUrl, call).purge();
      return {};
    },

    ListQueueTags({ QueueUrl }, call) {
      return { Tags: { ...queueOf(QueueUrl, call).settings.tags } };
    },
  };
  return { handlers };
}

function queueAttributes(queue: Queue): Record<string, string> {
  const { settings } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: "0",
    LastModifiedTimestamp: "0",
    VisibilityTimeout: String(settings.visibilitySeconds),
    MaximumMessageSize: String(settings.maxBytes),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    DelaySeconds: String(settings.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.waitSeconds),
    ...(settings.isFifo && { FifoQueue: "true" }),
    ...(settings.policy !== undefined && { Policy: settings.policy }),
    ...(settings.redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: settings.redrive.targetArn,
        maxReceiveCount: settings.redrive.maxReceiveCount,
      }),
    }),
    ...(settings.kmsKey === undefined
      ? { SqsManagedSseEnabled: "true" }
      : { KmsMasterKeyId: settings.kmsKey, KmsDataKeyReusePeriodSeconds: "300" }),
  };
}

function described(message: ReceivedMessage, system: readonly string[], attributes: readonly string[]) {
  const all: Readonly<Record<string, string | undefined>> = {
    SenderId: message.sender,
    SentTimestamp: String(message.sent),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceived),
    MessageGroupId: message.group,
    MessageDeduplicationId: message.deduplication,
    SequenceNumber: message.sequence,
  };
  const asked = Object.entries(all).filter(
    ([name, value]) => value !== undefined && (system.includes("All") || system.includes(name)),
  );
  const named = Object.entries(message.attributes).filter(([name]) =>
    attributes.some(
      (one) =>
        one === "All" ||
        one === ".*" ||
        one === name ||
        (one.endsWith(".*") && name.startsWith(one.slice(0, -1))),
    ),
  );
  const chosen = Object.fromEntries(named);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(asked.length > 0 && { Attributes: Object.fromEntries(asked) as Record<string, string> }),
    ...(named.length > 0 && {
      MessageAttributes: Object.fromEntries(named.map(([name, value]) => [name, wireAttribute(value)])),
      MD5OfMessageAttributes: md5OfAttributes(chosen),
    }),
  };
}

const wireAttribute = ({ DataType, StringValue, BinaryValue }: MessageAttribute): MessageAttributeValue => ({
  DataType,
  ...(StringValue !== undefined && { StringValue }),
  ...(BinaryValue !== undefined && { BinaryValue: Buffer.from(BinaryValue, "base64") }),
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
function attributesOf(
  given: Readonly<Record<string, MessageAttributeValue>>,
): Record<string, MessageAttribute> {
  const entries = Object.entries(given).map(([name, { DataType = "", StringValue, BinaryValue }]) => {
    if (!/^(String|Number|Binary)(\.|$)/.test(DataType))
      throw invalid(
        "InvalidParameterValue",
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    return [
      name,
      {
        DataType,
        ...(StringValue !== undefined && { StringValue }),
        ...(BinaryValue !== undefined && { BinaryValue: Buffer.from(BinaryValue).toString("base64") }),
      },
    ] as const;
  });
  return Object.fromEntries(entries);
}

const bytesOf = (attributes: Readonly<Record<string, MessageAttribute>>): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue = "", BinaryValue = "" }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, "base64"),
    0,
  );

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/**
 * MD5 of message attributes. They are sorted by name, each part is preceded by its length, and each value by a byte
 * that tells its type.
 */
function md5OfAttributes(attributes: Readonly<Record<string, MessageAttribute>>): string {
  const hash = createHash("md5");
  const part = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    part(Buffer.from(name));
    part(Buffer.from(DataType));
    hash.update(Buffer.of(BinaryValue === undefined ? 1 : 2));
    part(BinaryValue === undefined ? Buffer.from(StringValue ?? "") : Buffer.from(BinaryValue, "base64"));
  }
  return hash.digest("hex");
}
