/** Compares sequence numbers. They are decimal numbers without leading zeros, so a longer one is greater. */
export function compareSequenceNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a sequence number is at or before a position. Without a position, none is. */
export function isUpTo(position: string | null | undefined, sequenceNumber: string): boolean {
  return !!position && compareSequenceNumbers(sequenceNumber, position) <= 0;
}

/**
 * The lowest of several positions; undefined when one of them has no position yet, because that one is before all
 * others.
 */
export function lowestSequenceNumber(positions: readonly (string | null | undefined)[]): string | undefined {
  let lowest: string | undefined;
  for (const position of positions) {
    if (!position) return undefined;
    if (lowest === undefined || compareSequenceNumbers(position, lowest) < 0) lowest = position;
  }
  return lowest;
}

/** Whether a sequence number is between the first and the last one, both included. */
export function isInSequence(
  sequenceNumber: string,
  { first, last }: { readonly first: string; readonly last: string },
): boolean {
  return (
    compareSequenceNumbers(sequenceNumber, first) >= 0 && compareSequenceNumbers(sequenceNumber, last) <= 0
  );
}
