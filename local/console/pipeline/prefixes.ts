import type { DeliveryStream, S3Destination, Stack } from "@streaming-data-lake/terraform/types";

/** A prefix of a bucket that a delivery stream writes to. */
export interface Prefix {
  /** The bucket's address, `#` and the prefix. */
  readonly id: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly delivery: DeliveryStream;
  readonly holds: "records" | "backup" | "errors";
}

/** The prefixes of buckets that delivery streams write to. */
export function prefixesOf(stack: Stack): readonly Prefix[] {
  return stack.deliveryStreams.flatMap((delivery) => {
    const { destination, backup } = delivery;
    const at = ({ bucket }: S3Destination, prefix: string, holds: Prefix["holds"]): Prefix[] => {
      const address = stack.buckets.find(({ name }) => name === bucket)?.address ?? bucket;
      return [{ id: `${address}#${fixedPart(prefix)}`, bucket, prefix: fixedPart(prefix), delivery, holds }];
    };
    return [
      ...(delivery.httpEndpoint ? [] : at(destination, destination.prefix, "records")),
      ...(backup ? at(backup, backup.prefix, "backup") : []),
      ...at(destination, destination.errorOutputPrefix, "errors"),
    ];
  });
}

/**
 * The folders of a prefix before its first expression, such as `processed/` of `processed/dt=!{timestamp:yyyy-MM-dd}/`.
 */
function fixedPart(prefix: string): string {
  const [fixed = ""] = prefix.split("!{");
  return fixed === prefix ? prefix : fixed.slice(0, fixed.lastIndexOf("/") + 1);
}
