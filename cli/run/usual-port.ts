import { StackError } from "@streaming-data-lake/terraform/errors";

/**
 * Opens a server on the given port. If none is given, it uses the usual port, or any free one when another runner is
 * using the usual port.
 *
 * @throws StackError when the given port is in use.
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
