import { producerLoop } from "./load";

/** Sends `count` readings from a separate process, and reports its peak resident memory in MiB. */
async function main(endpoint: string, count: number): Promise<void> {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 50);
  await producerLoop({ streamName: "readings", endpoint }, { readings: count });
  clearInterval(timer);
  process.send?.(most / 1024 / 1024);
  process.disconnect();
}

void main(process.argv[2] ?? "", Number(process.argv[3]));
