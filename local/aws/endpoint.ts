import { type Endpoint, serve } from "@streaming-data-lake/kinesis";
import { inside } from "@streaming-data-lake/lake/paths";
import type { Runner } from "@streaming-data-lake/runner";
import type { FunctionApi } from "@streaming-data-lake/runner/lambda/process/environment";
import { stateOf } from "@streaming-data-lake/runner/runner";
import type { ReadStack } from "@streaming-data-lake/terraform";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { kinesisOf } from "./kinesis";
import { Credentials } from "./server/credentials";
import { type Answering, ServiceExchange } from "./server/exchange";
import { Services } from "./services";
import type { World } from "./world";

export interface EndpointOptions {
  /** Port to listen on, at the loopback address. @default 0, which picks any free port */
  readonly port?: number;
  /**
   * URL to which requests are forwarded that are not supported here, such as `http://127.0.0.1:5000` of moto.
   * @default - they are refused
   */
  readonly fallback?: string | undefined;
  /** Called with a message of one line about a problem. @default - problems are not reported */
  readonly onTrouble?: (message: string) => void;
  /** Called when the server fails after it has started. @default - such errors are ignored */
  readonly onLost?: (error: Error) => void;
}

/** AWS's API on one port. While there is no runner, requests fail with the error ServiceUnavailable. */
export interface AwsEndpoint {
  /** Base URL, such as `http://127.0.0.1:4566`. */
  readonly url: string;
  /** What a runner passes to its functions, so that they call this endpoint with the credentials of their roles. */
  readonly functionApi: FunctionApi;
  /**
   * Answers requests from a runner's state from now on, instead of the previous runner's.
   *
   * @returns the state from which requests are answered, for other components that display it.
   */
  answerFor(read: ReadStack, runner: Runner): Promise<World>;
  /** Names of the supported operations except for Kinesis, such as `s3:GetObject`. Empty while there is no runner. */
  operations(): readonly string[];
  /** Stops answering from the current runner, while it ends or another one starts. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the endpoint. @throws StackError when the port is in use. */
export async function openEndpoint(options: EndpointOptions = {}): Promise<AwsEndpoint> {
  const { port = 0, fallback, onTrouble = () => {}, onLost = () => {} } = options;
  const credentials = new Credentials();
  let answering: (Answering & { readonly services: Services }) | undefined;
  let listening = port;
  const exchange = new ServiceExchange({
    port: () => listening,
    credentials,
    answering: () => answering,
    fallback,
    onTrouble,
  });
  let endpoint: Endpoint;
  try {
    endpoint = await serve(
      (incoming, outgoing) => {
        exchange.handle(incoming, outgoing).catch((error: Error) => {
          onTrouble(`a request failed: ${error.message}`);
          outgoing.destroy();
        });
      },
      // Uploading or downloading a large object may take longer than any fixed time limit.
      { port, onLost, requestTimeout: 0 },
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new StackError(
      `port ${port} is in use, so that AWS's API can't be answered there: give another one with --aws-port, or 0 for a free one`,
    );
  }
  listening = endpoint.port;
  const { url } = endpoint;
  const pause = async () => {
    const { services } = answering ?? {};
    answering = undefined;
    await services?.close();
  };
  return {
    url,
    functionApi: {
      url,
      credentials: ({ roleArn, name, arn }) => {
        if (roleArn === undefined) return anybody;
        // https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
        const context = { "lambda:SourceFunctionArn": arn };
        const issued = credentials.issue({ roleArn, session: name, context });
        return {
          AWS_ACCESS_KEY_ID: issued.AccessKeyId,
          AWS_SECRET_ACCESS_KEY: issued.SecretAccessKey,
          AWS_SESSION_TOKEN: issued.SessionToken,
        };
      },
    },
    async answerFor({ stack, resources }, runner) {
      await pause();
      const services = new Services({
        stack,
        resources,
        runner,
        state: stateOf(runner),
        url,
        folder: inside(runner.dir, "aws"),
        credentials,
        onTrouble,
      });
      answering = {
        services,
        handlers: (name) => services.handlers(name),
        kinesis: kinesisOf(stack, runner, () => listening),
        authorize: runner.access.authorize,
      };
      return services.world;
    },
    operations: () => answering?.services.operations() ?? [],
    pause,
    async close() {
      await endpoint.close();
      await pause();
    },
  };
}

/** Credentials of a function whose role is not known here. Like the local user, it may do everything. */
const anybody = {
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_SESSION_TOKEN: "local",
};
