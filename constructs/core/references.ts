import { either, having, text } from "./shape";

/** What exists already, as text or as an object that has it. */
export const key = either("a key or its ARN", text, having("", "arn"));
export const arnOf = (what: string) => either(`${what} or its ARN`, text, having("", "arn"));
export const nameOf = (what: string) => either(`${what} or its name`, text, having("", "name"));
export const role = either("a role or its ARN", text, having("", "arn", "name"));
export const grantee = either("a role, its ARN or its name", text, having("", "name"));
export const lake = having(
  "a lake, such as a DataLake or the result of DataLake.fromBucketName",
  "bucketName",
  "bucketArn",
);
