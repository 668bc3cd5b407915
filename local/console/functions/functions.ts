import type { World } from "@streaming-data-lake/aws";
import type { FunctionState, InvocationState } from "../api";
import { found } from "../server/refused";

/** Largest number of journal entries that are searched for a function's invocations. */
const mostLookedAt = 20_000;

export function functionsOf({ stack, runner }: World): readonly FunctionState[] {
  return stack.functions.map(({ name, address, runtime, memoryMegabytes, timeoutSeconds }) => {
    const its = runner.counters.mappings.filter(({ functionName }) => functionName === name);
    return {
      name,
      address,
      runtime,
      memoryMegabytes,
      timeoutSeconds,
      invocations: its.reduce((sum, { invocations }) => sum + invocations, 0),
      errors: its.reduce((sum, { errors }) => sum + errors, 0),
    };
  });
}

/** Invocations of a function by its event source mappings, latest first. */
export async function invocationsOf(
  { stack, state }: World,
  name: string,
  limit: number,
): Promise<readonly InvocationState[]> {
  found(
    stack.functions.find((fn) => fn.name === name),
    `function ${name}`,
  );
  const invocations: InvocationState[] = [];
  let looked = 0;
  for await (const entry of state.journal?.latest() ?? []) {
    if (++looked > mostLookedAt || invocations.length === limit) break;
    if (entry.kind !== "invocation" || entry.functionName !== name) continue;
    const { requestId, time, duration, records, coldStart, maxMemoryMegabytes, error, log } = entry;
    invocations.push({
      requestId,
      time,
      duration,
      records,
      coldStart,
      ...(maxMemoryMegabytes !== undefined && { maxMemoryMegabytes }),
      ...(error !== undefined && { error }),
      log,
    });
  }
  return invocations;
}
