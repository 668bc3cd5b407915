// A producer in a process of its own: puts records until it is ended, and tells each that is acknowledged.
import { KinesisProducer } from "../../producer/index";
import { slowKinds } from "./handler";

/** A record that is stored: its name, and where it is. */
export type Acknowledged = readonly [id: string, shardId: string, sequenceNumber: string];

export interface ProducerSettings {
  readonly endpoint: string;
  readonly streamName: string;
  readonly aggregate: boolean;
  /** Begins the records' names. */
  readonly name: string;
  /** What the function is to do with a record, by its place in the round. */
  readonly kinds: readonly string[];
  readonly perSecond: number;
}

async function main(settings: ProducerSettings): Promise<void> {
  const { endpoint, streamName, aggregate, name, kinds, perSecond } = settings;
  process.env.AWS_ACCESS_KEY_ID = "local";
  process.env.AWS_SECRET_ACCESS_KEY = "local";
  const producer = new KinesisProducer({
    endpoint,
    streamName,
    region: "eu-west-1",
    aggregate,
    shardLimits: false,
  });
  const laterKinds = kinds.map((kind) => (slowKinds.includes(kind) ? "good" : kind));
  let at = 0;
  setInterval(() => {
    for (let count = 0; count < perSecond / 20; count++) {
      const id = `${name}-${at}`;
      const record = {
        sensor_id: id,
        temperature: 20,
        timestamp: "2024-01-15T10:30:00Z",
        kind: kinds[at] ?? laterKinds[at % kinds.length],
      };
      producer.put({ partitionKey: `key-${at++ % 17}`, data: `${JSON.stringify(record)}\n` }).then(
        ({ shardId, sequenceNumber }) => process.send?.([id, shardId, sequenceNumber] satisfies Acknowledged),
        // Given up: whether it is there nobody knows.
        () => {},
      );
    }
  }, 50);
}

void main(JSON.parse(process.argv[2] ?? "{}"));
