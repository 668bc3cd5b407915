import { type Charge, charge } from "./charge";
import type { Setup } from "./setup";
import type { Traffic } from "./traffic";

const daySeconds = 86_400;
const gigabyte = 2 ** 30;

/** https://aws.amazon.com/kinesis/data-streams/pricing/ */
export function streamCharges(setup: Setup, traffic: Traffic): Charge[] {
  const perDay = (each: number) => traffic.recordsPerSecond * each * daySeconds;
  const kinesis = (what: Parameters<typeof charge>[1], quantity: number) => charge("Kinesis", what, quantity);
  const gigabytes = perDay(traffic.recordBytes) / gigabyte;
  const keptDays = setup.streamRetentionHours / 24;
  if (setup.streamMode === "ON_DEMAND") {
    // Lambda and Firehose read the stream. With enhanced fan-out, Lambda is charged as a fan-out consumer instead.
    const plainReaders = setup.fanOutConsumers > 0 ? 1 : 2;
    return [
      kinesis("onDemandStreamHour", 24),
      kinesis("onDemandIn", perDay(Math.ceil(traffic.recordBytes / 1024) * 1024) / gigabyte),
      kinesis("onDemandOut", plainReaders * gigabytes),
      kinesis("onDemandFanOut", setup.fanOutConsumers * gigabytes),
      kinesis("onDemandRetention", gigabytes * Math.min(6, keptDays - 1)),
      kinesis("longRetention", gigabytes * Math.max(0, keptDays - 7)),
    ];
  }
  return [
    kinesis("shardHour", 24 * traffic.shards),
    kinesis("putPayloadUnit", perDay(Math.ceil(traffic.recordBytes / (25 * 1024)))),
    kinesis("extendedRetention", keptDays > 1 ? 24 * traffic.shards : 0),
    kinesis("longRetention", gigabytes * Math.max(0, keptDays - 7)),
    kinesis("fanOutShardHour", 24 * traffic.shards * setup.fanOutConsumers),
    kinesis("fanOutData", gigabytes * setup.fanOutConsumers),
  ];
}

const step = 5 * 1024;

/**
 * Firehose rounds each record up to a multiple of 5 KB: https://aws.amazon.com/firehose/pricing/
 *
 * @param records The records that Firehose counts. AWS does not say whether an aggregate counts as one record or as
 *   each of its readings, which costs more.
 */
export function deliveryCharges(
  { converts }: Setup,
  records: { readonly perSecond: number; readonly bytes: number },
): Charge[] {
  const gigabytes = (records.perSecond * Math.ceil(records.bytes / step) * step * daySeconds) / gigabyte;
  return [
    charge("Firehose", "firehoseIngestion", gigabytes),
    charge("Firehose", "firehoseConversion", converts ? gigabytes : 0),
  ];
}
