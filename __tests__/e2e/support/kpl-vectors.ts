import { Kinesis } from "../../../local/kinesis/index";
import { javaClients } from "./java";
import { putWithKpl, recordsOf } from "./kpl";

// Writes records as the Kinesis Producer Library makes them, each with the user records that it was given for it:
//   node --import tsx __tests__/e2e/support/kpl-vectors.ts >__tests__/aggregation/kpl.json

const userRecords = Array.from({ length: 90 }, (_, i) => ({
  partitionKey: i % 7 === 0 ? `Fühler-${i % 9} 温度` : `sensor-${i % 9}`,
  ...(i % 5 === 0 ? { explicitHashKey: String(i % 10 === 0 ? 0n : 2n ** 128n - 1n) } : {}),
  data: i % 11 === 0 ? Buffer.from([i, 0, 255, 0xf3, 0x89, 0x9a, 0xc2]) : Buffer.from(`{"number":${i}}\n`),
}));

async function main(): Promise<void> {
  const jars = javaClients();
  if (typeof jars === "string") throw new Error(jars);
  const kinesis = Kinesis.open({ transitionMs: 0 });
  try {
    await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 3 });
    const places = await putWithKpl(jars, kinesis, userRecords);
    const vectors = (await recordsOf(kinesis)).map(({ sequenceNumber, data }) => ({
      data: data.toString("base64"),
      userRecords: userRecords
        .filter((_, i) => places[i] === sequenceNumber)
        .map((record) => ({ ...record, data: record.data.toString("base64") })),
    }));
    process.stdout.write(`${JSON.stringify(vectors, undefined, 2)}\n`);
  } finally {
    await kinesis.close();
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
