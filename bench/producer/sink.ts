import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/**
 * A Kinesis server in a separate process that stores nothing. It answers that each record of a call is stored in its
 * only shard. Its argument is the milliseconds that it takes to answer.
 */
const latency = Number(process.argv[2] ?? 0);
const shardId = "shardId-000000000000";
const result = `{"SequenceNumber":"49640338271490256608559692538361571095921575989136588898","ShardId":"${shardId}"}`;
const shards = JSON.stringify({
  Shards: [
    {
      ShardId: shardId,
      HashKeyRange: { StartingHashKey: "0", EndingHashKey: String((1n << 128n) - 1n) },
      SequenceNumberRange: { StartingSequenceNumber: "1" },
    },
  ],
});

function answer(request: IncomingMessage, body: Buffer): string {
  const action = String(request.headers["x-amz-target"]).split(".")[1];
  if (action === "ListShards") return shards;
  if (action === "PutRecord") return result;
  let records = 0;
  for (let at = body.indexOf('"PartitionKey"'); at >= 0; at = body.indexOf('"PartitionKey"', at + 1))
    records++;
  return `{"FailedRecordCount":0,"Records":[${new Array(records).fill(result).join(",")}]}`;
}

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = answer(request, Buffer.concat(chunks));
    const send = () => {
      response.writeHead(200, {
        "content-type": "application/x-amz-json-1.1",
        "content-length": body.length,
      });
      response.end(body);
    };
    if (latency > 0) setTimeout(send, latency);
    else send();
  });
});
// Connections stay open between two rounds of a benchmark.
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") process.send?.(address?.port);
});
process.once("disconnect", () => process.exit());
