import { StackError } from "@streaming-data-lake/terraform/errors";

/**
 * Opens a server on the port that was asked for; without one on its usual port, or on a free one beside another runner.
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
