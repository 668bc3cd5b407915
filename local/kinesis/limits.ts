import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { StreamCounters } from "../counters";
import type { KinesisEndpoint } from "./embedded";

export interface LimitedOptions {
  readonly upstream: string;
  readonly client: KinesisClient;
  readonly port: number;
  readonly streams: readonly StreamCounters[];
}

export async function startLimitedEndpoint(_options: LimitedOptions): Promise<KinesisEndpoint> {
  throw new Error("not yet");
}
