import { either, having, text } from "./shape";

/** Shapes of props that refer to something that exists, by a text or by an object that has this text. */
export const key = either("a key or its ARN", text, having("", "arn"));
export const arnReference = (what: string) => either(`${what} or its ARN`, text, having("", "arn"));
export const nameReference = (what: string) => either(`${what} or its name`, text, having("", "name"));
export const role = either("a role or its ARN", text, having("", "arn", "name"));
export const grantee = either("a role, its ARN or its name", text, having("", "name"));
export const lakeReference = having(
  "a lake, such as a DataLake or the result of DataLake.fromBucketName",
  "bucketName",
  "bucketArn",
);
