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

const { bucket } = new DataLake(stack, "lake");

new StreamingIngest(stack, "ingest", {
  name: "lab",
  streamProps: { shardCount: 2 },
  processor: {
    entry: join(__dirname, "lab/handler.ts"),
    maximumRetryAttempts: 2,
    bisectBatchOnFunctionError: true,
  },
  delivery: {
    bucket,
    prefix: `${zones.raw}readings/dt=!{timestamp:yyyy-MM-dd}/`,
    errorPrefix: `${zones.errors}!{firehose:error-output-type}/`,
    compression: "UNCOMPRESSED",
    bufferMebibytes: 1,
    bufferSeconds: 15,
  },
  monitoring: false,
});

app.synth();
