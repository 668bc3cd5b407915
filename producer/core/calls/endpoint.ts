/**
 * The endpoint of Kinesis when none is given: from the variables that all of AWS's clients read, if they are set.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointOfEnvironment(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === "true") return undefined;
  return environment.AWS_ENDPOINT_URL_KINESIS || environment.AWS_ENDPOINT_URL || undefined;
}
