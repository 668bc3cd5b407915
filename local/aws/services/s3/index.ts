import type { World } from "../../world";
import type { Service } from "../service";
import { bucketHandlers } from "./buckets";
import { S3Context } from "./context";
import { listHandlers } from "./lists";
import { multipartHandlers } from "./multipart";
import { objectHandlers } from "./objects";

/** S3, for the lake's files: https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html */
export function s3(world: World): Service {
  const context = new S3Context(world);
  return {
    handlers: {
      ...objectHandlers(context),
      ...listHandlers(context),
      ...multipartHandlers(context),
      ...bucketHandlers(context),
    },
  };
}
