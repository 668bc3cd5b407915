/**
 * The endpoint of Kinesis from the environment variables that all of AWS's clients read; undefined when none is set.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointOfEnvironment(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const variable = endpointVariable(environment);
  return variable && environment[variable];
}

/** The name of the variable that sets the endpoint; undefined when none does. */
export function endpointVariable(
  environment: NodeJS.ProcessEnv = process.env,
): "AWS_ENDPOINT_URL_KINESIS" | "AWS_ENDPOINT_URL" | undefined {
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === "true") return undefined;
  return (["AWS_ENDPOINT_URL_KINESIS", "AWS_ENDPOINT_URL"] as const).find((name) => environment[name]);
}
