import { type Console, type ConsoleOptions, openConsole } from "@streaming-data-lake/console";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { defaultConsolePort } from "./default-ports";

/**
 * Opens the console on the port that was asked for; without one on the usual port, or on a free one beside another runner.
 *
 * @throws StackError when the port that was asked for is in use.
 */
export async function openConsolePort(
  port: number | undefined,
  options: Omit<ConsoleOptions, "port">,
): Promise<Console> {
  if (port !== undefined) return openConsole({ ...options, port });
  try {
    return await openConsole({ ...options, port: defaultConsolePort });
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return openConsole({ ...options, port: 0 });
  }
}
