import type { Settings } from "./settings";

/** AWS's rule for the name of a kind of resource. */
export interface NameRule {
  readonly allows: (name: string) => boolean;
  /** The rule in words, to be used after "must be". */
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
 * The path of the handler's file in the function's folder, and its export. Lambda's runtime for Node.js refuses two
 * consecutive dots.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
export const handlerName = pattern(
  /^(?!.*\.\.)[^\s]{1,128}$/,
  'such as index.handler, without ".." and spaces',
);

/**
 * A bucket's name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 *
 * A shorter name, as examples often have, works here. The stack's reader reports that AWS refuses it.
 */
export const bucketName: NameRule = {
  allows: (name) =>
    /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/.test(name) &&
    !name.includes("..") &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name),
  says: "3 to 63 lower-case letters, digits, dots and hyphens",
};

/** A bucket of another stack may have been created before 2018, when other names were allowed. */
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
 * A required name that complies with AWS's rule.
 *
 * @throws StackError with the place, the rule and the current name.
 */
export function requiredName(settings: Settings, attribute: string, rule: NameRule): string {
  return checkedName(settings, attribute, rule, settings.required(attribute));
}

/** @throws StackError with the place, the rule and the current name. */
export function checkedName(settings: Settings, attribute: string, rule: NameRule, name: string): string {
  if (!rule.allows(name))
    throw settings.error(attribute, `must be ${rule.says}, not ${JSON.stringify(name)}`);
  return name;
}
