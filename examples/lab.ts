/**
 * The stack of the lab's experiments (docs/lab.md): two shards, buffers that are soon full or old, plain JSON objects,
 * and a function that fails. Synthesize it with
 *
 *   CDKTF_OUTDIR=examples.out node --import tsx examples/lab.ts
 */
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { DataLake, StreamingIngest, setNames, zones } from "streaming-data-lake";

const app = new App({ stackTraces: false });
const stack = new TerraformStack(app, "lab");
setNames(stack, { project: "lab", environment: "dev" });
new AwsProvider(stack, "aws", { region: "us-east-1" });

const lake = new DataLake(stack, "lake");

new StreamingIngest(stack, "ingest", {
  name: "lab",
  stream: { shardCount: 2 },
  handler: join(__dirname, "lab/handler.ts"),
  mapping: { maximumRetryAttempts: 2 },
  to: { lake, prefix: `${zones.raw}readings/dt=!{timestamp:yyyy-MM-dd}/` },
  delivery: {
    errorPrefix: `${zones.errors}!{firehose:error-output-type}/`,
    compression: "UNCOMPRESSED",
    buffer: { seconds: 15, mebibytes: 1 },
  },
  monitoring: false,
});

app.synth();
