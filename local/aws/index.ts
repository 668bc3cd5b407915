/**
 * AWS's API on one port of this machine, over the state of a stack that runs here.
 *
 * ```ts
 * const endpoint = await openEndpoint({ port: 4566 });
 * const runner = await startRunner({ stack, api: endpoint.functionApi });
 * await endpoint.answerFor(stack, runner);
 * // … clients with AWS_ENDPOINT_URL=endpoint.url …
 * await endpoint.close();
 * ```
 */
export { type AwsEndpoint, type EndpointOptions, openEndpoint } from "./endpoint";
export { AwsError } from "./protocol/errors";
