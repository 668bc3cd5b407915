import { Kinesis, listen } from "@streaming-data-lake/kinesis";

/** Serves the embedded Kinesis in a separate process, with a temporary folder. */
async function serve(): Promise<void> {
  const kinesis = Kinesis.open({ transitionMs: 0 });
  const { port } = await listen(kinesis);
  process.send?.(port);
}

process.once("disconnect", () => process.exit());
void serve();
