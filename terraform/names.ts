import type { Settings } from "./settings";

/** What AWS takes as a name of one kind of resource. */
export interface NameRule {
  readonly allows: (name: string) => boolean;
  /** The rule in words, behind "must be". */
  readonly says: string;
}

const pattern = (expression: RegExp, says: string): NameRule => ({
  allows: (name) => expression.test(name),
  says,
});

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html */
export const streamName = pattern(/^[a-zA-Z0-9_.-]{1,128}$/, "1 to 128 letters, digits, _, . and -");

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html */
export const deliveryStreamName = pattern(/^[a-zA-Z0-9_.-]{1,64}$/, "1 to 64 letters, digits, _, . and -");

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const functionName = pattern(/^[a-zA-Z0-9_-]{1,64}$/, "1 to 64 letters, digits, - and _");

/**
 * A path below the function's folder, file and export: Lambda's runtime for Node.js refuses two dots in a row.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
export const handlerName = pattern(
  /^(?!.*\.\.)[^\s]{1,128}$/,
  'such as index.handler, without ".." and spaces',
);

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 *
 * A shorter name, as examples have it, does no harm here: the stack's reader says that AWS refuses it.
 */
export const bucketName: NameRule = {
  allows: (name) =>
    /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/.test(name) &&
    !name.includes("..") &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name),
  says: "3 to 63 lower-case letters, digits, dots and hyphens",
};

/** A bucket of another stack may be from before 2018, when other names were allowed. */
export const existingBucketName = pattern(
  /^[a-zA-Z0-9][\w.-]{0,254}$/,
  "3 to 255 letters, digits, dots, hyphens and _",
);

/** The bucket of an ARN such as `arn:aws:s3:::name`; undefined for any other ARN. */
export function bucketOf(arn: string | undefined): string | undefined {
  return /^arn:aws[\w-]*:s3:::(.+)$/s.exec(arn ?? "")?.[1];
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
export const fileExtension = pattern(
  /^(?:\.[0-9a-z!\-_.*'()]{1,127})?$/,
  "a dot and up to 127 of 0-9 a-z ! - _ . * ' ( )",
);

/**
 * A required name that keeps to AWS's rule.
 *
 * @throws StackError with its place, the rule and what is there.
 */
export function requiredName(settings: Settings, attribute: string, rule: NameRule): string {
  return checkedName(settings, attribute, rule, settings.required(attribute));
}

/** @throws StackError with its place, the rule and what is there. */
export function checkedName(settings: Settings, attribute: string, rule: NameRule, name: string): string {
  if (!rule.allows(name))
    throw settings.error(attribute, `must be ${rule.says}, not ${JSON.stringify(name)}`);
  return name;
}
