import type { KinesisContext } from "../context";
import { invalidArgument, limitExceeded, notFound, resourceInUse } from "../protocol/errors";
import type { Input, Output } from "../protocol/model";
import type { ConsumerState } from "../streams/state";
import type { StoredStream } from "../streams/stream";
import { requiredStream } from "./resolve";
import { saveConsumer } from "./resource";
import { requireTags } from "./tags";
import { openToken, sealToken } from "./token";

/** Largest number of consumers of a stream in the provisioned or on-demand standard mode. */
const mostConsumers = 20;
const creatingAtOnce = 5;
const listedConsumers = 100;

export function registerStreamConsumer(
  kinesis: KinesisContext,
  input: Input<"RegisterStreamConsumer">,
): Output<"RegisterStreamConsumer"> {
  const stream = requiredStream(kinesis, input);
  const { ConsumerName: name, Tags: tags = {} } = input;
  const { consumers } = stream.state;
  requireTags(tags, tags, (reason) => `Failed to register consumer ${name} because ${reason}`);
  if (consumers.some((consumer) => consumer.name === name))
    throw resourceInUse(
      `Consumer ${name} under stream ${stream.name} already exists for account ${kinesis.accountId}.`,
    );
  if (consumers.length >= mostConsumers)
    throw limitExceeded(
      `Stream ${stream.name} under account ${kinesis.accountId} cannot have more than ${mostConsumers} consumers.`,
    );
  if (
    kinesis.enforceLimits &&
    consumers.filter(({ status }) => status === "CREATING").length >= creatingAtOnce
  )
    throw limitExceeded(`Only ${creatingAtOnce} consumers can be in the CREATING state at once.`);
  const now = kinesis.clock.now();
  const arn = `${kinesis.streamArn(stream.name)}/consumer/${name}:${Math.floor(now / 1000)}`;
  const consumer: ConsumerState = { name, arn, createdAt: now, status: "CREATING", tags };
  stream.save({ consumers: [...consumers, consumer] });
  settle(kinesis, stream, consumer);
  return { Consumer: listed(consumer) };
}

/** Completes a consumer's creation or deletion after the time that transitions take. */
export function settle(kinesis: KinesisContext, stream: StoredStream, { arn, status }: ConsumerState): void {
  const complete = () => {
    if (status === "CREATING") saveConsumer(stream, arn, { status: "ACTIVE" });
    if (status === "DELETING")
      stream.save({ consumers: stream.state.consumers.filter((consumer) => consumer.arn !== arn) });
  };
  if (status === "ACTIVE") return;
  if (kinesis.transitionMs <= 0) complete();
  else
    kinesis.clock.after(kinesis.transitionMs, () => {
      try {
        complete();
      } catch (error) {
        kinesis.onTrouble(`consumer ${arn}: ${(error as Error).message}`);
      }
    });
}

export function deregisterStreamConsumer(
  kinesis: KinesisContext,
  input: Input<"DeregisterStreamConsumer">,
): undefined {
  const { stream, consumer } = requiredConsumer(kinesis, input);
  saveConsumer(stream, consumer.arn, { status: "DELETING" });
  for (const [key, { end }] of kinesis.subscriptions) if (key.startsWith(`${consumer.arn}/`)) end.abort();
  settle(kinesis, stream, { ...consumer, status: "DELETING" });
}

export function describeStreamConsumer(
  kinesis: KinesisContext,
  input: Input<"DescribeStreamConsumer">,
): Output<"DescribeStreamConsumer"> {
  const { stream, consumer } = requiredConsumer(kinesis, input);
  return { ConsumerDescription: { ...listed(consumer), StreamARN: kinesis.streamArn(stream.name) } };
}

export function listStreamConsumers(
  kinesis: KinesisContext,
  input: Input<"ListStreamConsumers">,
): Output<"ListStreamConsumers"> {
  const stream = requiredStream(kinesis, input);
  const list = `consumers/${stream.state.id}`;
  const after = input.NextToken === undefined ? undefined : openToken<string>(kinesis, list, input.NextToken);
  const rest = stream.state.consumers
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({ name }) => after === undefined || name > after);
  const limit = input.MaxResults ?? listedConsumers;
  const consumers = rest.slice(0, limit);
  return {
    Consumers: consumers.map(listed),
    NextToken: rest.length > limit ? sealToken(kinesis, list, consumers.at(-1)?.name) : undefined,
  };
}

function listed({ name, arn, status, createdAt }: ConsumerState) {
  return {
    ConsumerName: name,
    ConsumerARN: arn,
    ConsumerStatus: status,
    ConsumerCreationTimestamp: createdAt,
  };
}

interface ConsumerReference {
  readonly StreamARN?: string | undefined;
  readonly ConsumerName?: string | undefined;
  readonly ConsumerARN?: string | undefined;
}

/** @throws KinesisError when the consumer does not exist, or when the given names and ARNs identify different consumers. */
export function requiredConsumer(
  kinesis: KinesisContext,
  reference: ConsumerReference,
): { stream: StoredStream; consumer: ConsumerState } {
  const { StreamARN, ConsumerName, ConsumerARN } = reference;
  if (ConsumerARN === undefined && (StreamARN === undefined || ConsumerName === undefined))
    throw invalidArgument("Either ConsumerARN, or both StreamARN and ConsumerName should be provided.");
  const stream = requiredStream(kinesis, {
    StreamARN: ConsumerARN?.replace(/\/consumer\/[^/]*$/, "") ?? StreamARN,
  });
  const consumer = stream.state.consumers.find(({ arn, name }) =>
    ConsumerARN === undefined ? name === ConsumerName : arn === ConsumerARN,
  );
  if (!consumer)
    throw notFound(
      `Consumer ${ConsumerARN ?? ConsumerName} under stream ${stream.name} for account ${kinesis.accountId} not found.`,
    );
  if (
    (StreamARN !== undefined && StreamARN !== kinesis.streamArn(stream.name)) ||
    (ConsumerName !== undefined && ConsumerName !== consumer.name)
  )
    throw invalidArgument("StreamARN, ConsumerName and ConsumerARN name different consumers.");
  return { stream, consumer };
}
