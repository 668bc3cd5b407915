import { type Endpoint, serve } from "@streaming-data-lake/kinesis";
import { inside } from "@streaming-data-lake/lake/paths";
import type { Runner } from "@streaming-data-lake/runner";
import type { FunctionApi } from "@streaming-data-lake/runner/lambda/environment";
import { stateOf } from "@streaming-data-lake/runner/runner";
import type { ReadStack } from "@streaming-data-lake/terraform";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { kinesisOf } from "./kinesis";
import { Credentials } from "./server/credentials";
import { type Answering, Exchange } from "./server/exchange";
import { Services } from "./services";
import type { World } from "./world";

export interface EndpointOptions {
  /** On loopback. @default 0, any free port */
  readonly port?: number;
  /** Where requests go that nobody answers here, such as `http://127.0.0.1:5000` of moto. @default - they are refused */
  readonly fallback?: string | undefined;
  /** Called for trouble in one line. */
  readonly onTrouble?: (message: string) => void;
  /** Called when the server fails after it has started. */
  readonly onLost?: (error: Error) => void;
}

/** AWS's API on one port. Until a runner is there, requests are answered with "try again". */
export interface AwsEndpoint {
  /** Such as `http://127.0.0.1:4566`. */
  readonly url: string;
  /** What a runner gives its functions, so that their calls come here in their roles' names. */
  readonly functionApi: FunctionApi;
  /**
   * Answers from a runner's state from now on, in the place of the one before.
   *
   * @returns what is answered from, for others that show it.
   */
  answerFor(read: ReadStack, runner: Runner): Promise<World>;
  /** Names such as `s3:GetObject`, of what is answered beside Kinesis; none while no runner is there. */
  operations(): readonly string[];
  /** Answers from none, while a runner ends or another one begins. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/** @throws StackError when the port is taken. */
export async function openEndpoint(options: EndpointOptions = {}): Promise<AwsEndpoint> {
  const { port = 0, fallback, onTrouble = () => {}, onLost = () => {} } = options;
  const credentials = new Credentials();
  let answering: (Answering & { readonly services: Services }) | undefined;
  let listening = port;
  const exchange = new Exchange({
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
      // An object may take longer than any request.
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

/** A function whose role is not known here may all, as its other calls. */
const anybody = {
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_SESSION_TOKEN: "local",
};
