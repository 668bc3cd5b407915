import type { Stack } from "@streaming-data-lake/terraform/types";
import type { MappingCounters, QueueCounters } from "../counters";
import type { Schedules } from "../schedules";

/**
 * Counters of the queues that are on-failure destinations of mappings or dead-letter queues of schedules. Each message
 * stands for a batch or a start of a query.
 */
export function queueCounters(
  stack: Stack,
  mappings: readonly MappingCounters[],
  { discarded }: Schedules,
): QueueCounters[] {
  const destinations = [
    ...stack.mappings.map(({ onFailureArn }) => onFailureArn),
    ...stack.schedules.map(({ deadLetterArn }) => deadLetterArn),
  ];
  const arns = new Set(destinations.flatMap((arn) => (arn?.includes(":sqs:") ? [arn] : [])));
  return [...arns].map((arn) => {
    const senders = mappings.filter(({ address }) =>
      stack.mappings.some((mapping) => mapping.address === address && mapping.onFailureArn === arn),
    );
    return {
      name: arn.slice(arn.lastIndexOf(":") + 1),
      get messages() {
        return senders.reduce((sum, { deadLetters }) => sum + deadLetters, discarded.get(arn) ?? 0);
      },
    };
  });
}
