/**
 * AWS's API on one port of this machine, for a stack that runs locally.
 *
 * ```ts
 * const endpoint = await openEndpoint({ port: 4566 });
 * const read = readStack("cdktf.out/stacks/my-stack");
 * const runner = await startRunner({ stack: read.stack, api: endpoint.functionApi });
 * await endpoint.answerFor(read, runner);
 * // … clients with AWS_ENDPOINT_URL=endpoint.url …
 * await endpoint.close();
 * ```
 */
export { type AwsEndpoint, type EndpointOptions, openEndpoint } from "./endpoint";
export { AwsError } from "./protocol/errors";
export type { World } from "./world";
