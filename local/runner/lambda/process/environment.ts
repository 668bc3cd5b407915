import { delimiter, join } from "node:path";
import type { LambdaFunction } from "@streaming-data-lake/terraform/types";

/** The local AWS API as a function's clients reach it. */
export interface FunctionApi {
  readonly url: string;
  /** Credentials of a function's execution role, as variables such as `AWS_ACCESS_KEY_ID`. */
  credentials(fn: LambdaFunction): Readonly<Record<string, string>>;
}

export interface EnvironmentOptions {
  readonly region: string;
  readonly taskRoot: string;
  /** Folder with the contents of the function's layers, which is `/opt` on AWS; absent without layers. */
  readonly layerRoot?: string | undefined;
  /** Endpoint of the Firehose that accepts Direct PUT; absent when there is none. */
  readonly firehoseEndpoint?: string | undefined;
  /** Endpoint of the Kinesis that the function's clients use. */
  readonly kinesisEndpoint: string;
  /**
   * The API that all of the function's clients use, with the role's credentials. @default - clients reach only Kinesis
   * and Firehose, with placeholder credentials
   */
  readonly api?: FunctionApi;
}

/**
 * The environment variables of a function: those of Lambda, and those of the resource. No variable of the user's own
 * environment is passed on, and no credentials in particular.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function functionEnvironment(fn: LambdaFunction, options: EnvironmentOptions): Record<string, string> {
  const { region, taskRoot, layerRoot } = options;
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  return {
    PATH: [...(layerRoot ? [join(layerRoot, "bin")] : []), process.env.PATH ?? ""].join(delimiter),
    ...modulePaths(fn.runtime, taskRoot, layerRoot),
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    HOME: taskRoot,
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: __dirname,
    _HANDLER: fn.handler,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[$LATEST]${"0".repeat(32)}`,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_CONFIG_FILE: "/dev/null",
    ...clientEnvironment(fn, options),
    ...ownEnvironment(fn, options),
  };
}

/**
 * The resource's variables. The URLs of the stack's queues are replaced by local ones, because SQS clients send
 * messages to a queue's URL, whatever their endpoint is.
 */
function ownEnvironment(
  { environment }: LambdaFunction,
  { api, region }: EnvironmentOptions,
): Readonly<Record<string, string>> {
  if (!api) return environment;
  const queues = `https://sqs.${region}.amazonaws.com/`;
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replaceAll(queues, `${api.url}/`)]),
  );
}

/** The endpoint and the credentials of the function's clients. */
function clientEnvironment(
  fn: LambdaFunction,
  { api, kinesisEndpoint, firehoseEndpoint }: EnvironmentOptions,
): Readonly<Record<string, string>> {
  if (api) return { ...api.credentials(fn), AWS_ENDPOINT_URL: api.url };
  return {
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    AWS_ENDPOINT_URL_KINESIS: kinesisEndpoint,
    ...(firehoseEndpoint && { AWS_ENDPOINT_URL_FIREHOSE: firehoseEndpoint }),
  };
}

/**
 * Variables for the folders in which modules are found besides the function's own:
 * https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
 */
function modulePaths(
  runtime: string,
  taskRoot: string,
  layerRoot: string | undefined,
): Readonly<Record<string, string>> {
  if (runtime.startsWith("python")) {
    const layers = layerRoot
      ? [join(layerRoot, "python"), join(layerRoot, "python", "lib", runtime, "site-packages")]
      : [];
    return { PYTHONPATH: [taskRoot, ...layers].join(delimiter), PYTHONUNBUFFERED: "1" };
  }
  return layerRoot ? { NODE_PATH: join(layerRoot, "nodejs", "node_modules") } : {};
}
