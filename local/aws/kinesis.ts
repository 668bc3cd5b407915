import {
  decodeIterator,
  Exchange,
  type Incoming,
  type Kinesis,
  KinesisError,
  type Outgoing,
} from "@streaming-data-lake/kinesis";
import type { Runner } from "@streaming-data-lake/runner";
import { AccessDenied } from "@streaming-data-lake/runner/access/control";
import { streamCalls } from "@streaming-data-lake/runner/access/streams";
import { stateOf } from "@streaming-data-lake/runner/runner";
import type { Stack } from "@streaming-data-lake/terraform/types";
import type { Identity } from "./server/credentials";
import { handOn } from "./server/fallback";
import { headOf } from "./server/request";

const mebibyte = 1024 * 1024;

/**
 * Answers requests to Kinesis with the embedded service, or forwards them unchanged when the runner uses another one.
 */
export function kinesisOf(
  stack: Stack,
  runner: Runner,
  port: () => number,
): (incoming: Incoming, outgoing: Outgoing, identity: Identity) => Promise<void> {
  const { endpoint, access } = runner;
  const { kinesis } = stateOf(runner);
  if (!kinesis)
    return (incoming, outgoing) =>
      handOn(endpoint, headOf(incoming), incoming.url ?? "/", incoming, outgoing);
  const options = {
    kinesis,
    port,
    anyHost: false,
    bodyTimeout: 60_000,
    mostBodyBytes: 16 * mebibyte,
    mostPendingBytes: 512 * mebibyte,
  };
  const open = new Exchange(options);
  return (incoming, outgoing, identity) => {
    if (identity.kind === "user") return open.handle(incoming, outgoing);
    const exchange = new Exchange({
      ...options,
      admit: (_headers, operation, input) => {
        const resource = resourceOf(input, kinesis);
        try {
          access.authorize(...streamCalls(stack, identity.role, operation, resource));
        } catch (error) {
          if (!(error instanceof AccessDenied)) throw error;
          const isKey = error.call.action.startsWith("kms:");
          throw new KinesisError(isKey ? "KMSAccessDeniedException" : "AccessDeniedException", error.message);
        }
      },
    });
    return exchange.handle(incoming, outgoing);
  };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html */
function resourceOf(
  { StreamARN, StreamName, ConsumerARN, ResourceARN, ShardIterator }: Readonly<Record<string, unknown>>,
  kinesis: Kinesis,
): string {
  const arn = [StreamARN, ConsumerARN, ResourceARN].find((one) => typeof one === "string");
  if (typeof arn === "string") return arn;
  const name =
    typeof ShardIterator === "string"
      ? decodeIterator(ShardIterator, kinesis.store.iteratorKey)?.streamName
      : StreamName;
  return typeof name === "string" ? kinesis.streamArn(name) : "*";
}
