/** AWS's rule for the name of a kind of resource. */
export interface NameRule {
  readonly pattern: RegExp;
  /** The rule in words, to be used after "must be". */
  readonly says: string;
}

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html */
export const streamName: NameRule = {
  pattern: /^[a-zA-Z0-9_.-]{1,128}$/,
  says: "1-128 letters, digits and _.-",
};

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html */
export const deliveryStreamName: NameRule = {
  pattern: /^[a-zA-Z0-9_.-]{1,64}$/,
  says: "1-64 letters, digits and _.-",
};

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const functionName: NameRule = {
  pattern: /^[a-zA-Z0-9_-]{1,64}$/,
  says: "1-64 letters, digits and _-",
};
