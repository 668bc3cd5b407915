import type { Stack } from "@streaming-data-lake/terraform/types";
import { mappingProblem, onFailureCalls, pollerCalls } from "../access/lambda";
import { AuthorizedSource } from "../access/streams";
import { DeadLetters } from "../lambda/dead-letters";
import { EventSourceMapper } from "../lambda/mapping";
import type { Closing } from "./closing";
import type { Invokers } from "./functions";
import type { ConsumerParts, ReadySource } from "./shared";

export function startMappers(
  stack: Stack,
  shared: ConsumerParts,
  invokers: Invokers,
  lakeFolder: string,
  sources: ReadonlyMap<string, ReadySource>,
  closing: Closing,
): EventSourceMapper[] {
  const mappers: EventSourceMapper[] = [];
  closing.add(async () => {
    await Promise.all([...invokers.values()].map((runtime) => runtime.close()));
    await Promise.all(mappers.map((mapper) => mapper.stopped()));
  });
  const { region, accountId } = stack;
  const deadLetters = new DeadLetters(shared.dir, lakeFolder);
  const onInvocation = shared.monitoring.invoked.bind(shared.monitoring);
  for (const mapping of stack.mappings) {
    const fn = stack.functions.find(({ arn }) => arn === mapping.functionArn);
    const stream = stack.streams.find(({ arn }) => arn === mapping.streamArn);
    const ready = sources.get(mapping.streamArn);
    const runtime = fn && invokers.get(fn.arn);
    if (!fn || !runtime || !ready || !stream || !mapping.enabled) continue;
    const onFailure = onFailureCalls(stack, mapping, fn);
    mappers.push(
      new EventSourceMapper({
        ...shared,
        ...ready,
        source: new AuthorizedSource(
          ready.source,
          shared.authorize,
          pollerCalls(stack, mapping, fn, stream),
          (denied) => mappingProblem(mapping, denied),
        ),
        authorizeOnFailure: () => shared.authorize(...onFailure),
        mapping,
        fn,
        region,
        accountId,
        runtime,
        deadLetters,
        onInvocation,
      }),
    );
  }
  return mappers;
}
