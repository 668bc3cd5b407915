import type { FunctionRuntime } from "@streaming-data-lake/runner/lambda/runtime";

/**
 * Invokes a function asynchronously, with up to three attempts.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export async function invokeLater(
  runtime: FunctionRuntime,
  payload: string,
  name: string,
  onTrouble: (message: string) => void,
): Promise<void> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const outcome = await runtime.invoke(payload);
    if ("payload" in outcome) return;
    if (attempt === 3)
      onTrouble(`${name}: an event was discarded after three attempts: ${outcome.error.errorMessage}`);
  }
}
