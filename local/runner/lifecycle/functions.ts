import { spawnSync } from "node:child_process";
import type { LambdaFunction, Stack } from "@streaming-data-lake/terraform/types";
import { functionCalls } from "../access/lambda";
import { isInvoked } from "../lambda/is-invoked";
import type { FunctionApi } from "../lambda/process/environment";
import { FunctionRuntime } from "../lambda/runtime";
import type { Closing } from "./closing";
import type { ConsumerParts } from "./shared";

/** The runtime of each function, by the function's ARN. */
export type Invokers = ReadonlyMap<string, FunctionRuntime>;

export function startFunctions(
  stack: Stack,
  shared: ConsumerParts,
  endpoints: {
    readonly kinesis: string;
    readonly firehose: string | undefined;
    readonly api: FunctionApi | undefined;
  },
  closing: Closing,
): { readonly invokers: Invokers; readonly functionOf: (arn: string) => FunctionRuntime | undefined } {
  const runtimes = new Map<string, FunctionRuntime>();
  closing.add(async () => {
    await Promise.all([...runtimes.values()].map((runtime) => runtime.close()));
  });
  const start = (fn: LambdaFunction): FunctionRuntime | undefined => {
    if (fn.runtime.startsWith("python") && !hasPython()) {
      shared.onTrouble(`not run here: ${fn.address}: it takes python3, and there is none on the PATH`);
      return undefined;
    }
    const runtime = new FunctionRuntime({
      ...shared,
      fn,
      calls: functionCalls(stack, fn),
      region: stack.region,
      kinesisEndpoint: endpoints.kinesis,
      firehoseEndpoint: endpoints.firehose,
      ...(endpoints.api && { api: endpoints.api }),
      onLog: shared.monitoring.logged.bind(shared.monitoring),
    });
    runtimes.set(fn.arn, runtime);
    return runtime;
  };
  for (const fn of stack.functions) if (isInvoked(stack, fn)) start(fn);
  const functionOf = (arn: string) => {
    const fn = stack.functions.find((one) => one.arn === arn);
    return runtimes.get(arn) ?? (fn && start(fn));
  };
  return { invokers: runtimes, functionOf };
}

const hasPython = (): boolean => spawnSync("python3", ["--version"], { stdio: "ignore" }).status === 0;
