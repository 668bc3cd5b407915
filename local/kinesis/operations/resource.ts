import type { KinesisContext } from "../context";
import { notFound } from "../protocol/errors";
import type { ConsumerState } from "../streams/state";
import type { StoredStream } from "../streams/stream";

interface Attributes {
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: string | undefined;
}

/** A stream or a consumer that an ARN identifies. Both have tags and a policy. */
export interface TaggedResource extends Attributes {
  readonly stream: StoredStream;
  save(attributes: Partial<Attributes>): void;
}

/** @throws KinesisError ResourceNotFoundException when no stream or consumer has the ARN. */
export function resourceOf(kinesis: KinesisContext, arn: string): TaggedResource {
  for (const stream of kinesis.streams) {
    const streamArn = kinesis.streamArn(stream.name);
    const { tags, policy } = stream.state;
    if (arn === streamArn) return { stream, tags, policy, save: (attributes) => stream.save(attributes) };
    const consumer =
      arn.startsWith(`${streamArn}/`) && stream.state.consumers.find((found) => found.arn === arn);
    if (consumer)
      return {
        stream,
        tags: consumer.tags,
        policy: consumer.policy,
        save: (attributes) => saveConsumer(stream, consumer.arn, attributes),
      };
  }
  throw notFound(`Resource ${arn} under account ${kinesis.accountId} not found.`);
}

/** Changes a consumer of a stream, if it still exists. */
export function saveConsumer(stream: StoredStream, arn: string, changes: Partial<ConsumerState>): void {
  stream.save({
    consumers: stream.state.consumers.map((consumer) =>
      consumer.arn === arn ? { ...consumer, ...changes } : consumer,
    ),
  });
}
