import { type AwsEndpoint, type EndpointOptions, openEndpoint } from "@streaming-data-lake/aws";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { defaultAwsPort } from "./default-ports";

/**
 * Opens AWS's API on the port that was asked for; without one on the usual port, or on a free one beside another runner.
 *
 * @throws StackError when the port that was asked for is in use.
 */
export async function openAwsPort(
  port: number | undefined,
  options: Omit<EndpointOptions, "port">,
): Promise<AwsEndpoint> {
  if (port !== undefined) return openEndpoint({ ...options, port });
  try {
    return await openEndpoint({ ...options, port: defaultAwsPort });
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return openEndpoint({ ...options, port: 0 });
  }
}
