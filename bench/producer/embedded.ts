import { Kinesis, listen } from "@streaming-data-lake/kinesis";

/** The embedded Kinesis in a process of its own, over a temporary folder. */
async function serve(): Promise<void> {
  const kinesis = Kinesis.open({ transitionMs: 0 });
  const { port } = await listen(kinesis);
  process.send?.(port);
}

process.once("disconnect", () => process.exit());
void serve();
