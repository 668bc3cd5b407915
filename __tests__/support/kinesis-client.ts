import { Kinesis } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Runner } from "../../local/runner/runner";

/** A client of a runner's Kinesis, or of another one on this machine. */
export const kinesisClient = ({ endpoint, region }: Pick<Runner, "endpoint" | "region">): Kinesis =>
  new Kinesis({
    endpoint,
    region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    requestHandler: new NodeHttpHandler(),
  });
