const prefix = "direct-put.";

/**
 * Name of the stream that holds a delivery stream's records. The prefix prevents collisions with the stack's Kinesis
 * streams.
 */
export const directPutStream = (deliveryStream: string): string => `${prefix}${deliveryStream}`;

/** The delivery stream that a stream belongs to; undefined for a Kinesis stream. */
export const deliveryStreamOf = (stream: string): string | undefined =>
  stream.startsWith(prefix) ? stream.slice(prefix.length) : undefined;
