const prefix = "direct-put.";

/** The log of a delivery stream: no Kinesis stream of the stack is to be called the same. */
export const streamOf = (deliveryStream: string): string => `${prefix}${deliveryStream}`;

/** The delivery stream that has such a stream; undefined for a stream of Kinesis. */
export const deliveryStreamOf = (stream: string): string | undefined =>
  stream.startsWith(prefix) ? stream.slice(prefix.length) : undefined;
