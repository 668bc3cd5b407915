import { StackError } from "@streaming-data-lake/terraform/errors";

/**
 * Opens a server on the port that was asked for. Without such a port it takes the usual one, or a free one when another
 * runner has that.
 *
 * @throws StackError when the port that was asked for is in use.
 */
export async function openOn<Server>(
  port: number | undefined,
  usual: number,
  open: (port: number) => Promise<Server>,
): Promise<Server> {
  if (port !== undefined) return open(port);
  try {
    return await open(usual);
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return open(0);
  }
}
