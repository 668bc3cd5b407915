import { expect, it } from "vitest";
import { bucket, good, queue, stream, TestConsole } from "./fixtures/console";

/** Values of a part of a path or a query, as they are written there. */
const odd = [
  ...["%00", "..", "%2E%2E%2F%2E%2E%2Fetc%2Fpasswd", "x".repeat(3_000), "%F0%9F%92%A5", "%25"],
  ...["-1", "0", "%22", "1e400"],
];
const bodies = [
  ...["", "null", "[]", "{}", "1", '{"sql":', '{"sql":"\\u0000"}', '{"sql":7}', '{"on":"x"}'],
  ...['{"rate":-1e400}', '{"metrics":[null],"from":1e400,"to":-1}'],
  ...[`{"sql":"${"(".repeat(20_000)}"}`, "[".repeat(50_000)],
];

/** A path with odd values in place of its `*`, and with odd values of some parameters. */
const variants = (path: string, ...parameters: string[]): string[] =>
  odd.flatMap((value) => [
    ...(path.includes("*") ? [path.replace("*", value)] : []),
    ...parameters.map((name) => `${path.replace("*", "x")}?${name}=${value}`),
  ]);

const read = [
  ...variants("/streams/*/shards"),
  ...variants("/streams/*/records"),
  ...variants(`/streams/${stream}/records`, "shard", "key", "text", "from", "limit"),
  ...variants("/journeys", "query", "limit"),
  ...variants("/journeys/*"),
  ...variants("/buckets/*/objects"),
  ...variants(`/buckets/${bucket}/objects`, "prefix", "after"),
  ...variants("/buckets/*/object", "key"),
  ...variants(`/buckets/${bucket}/object`, "key"),
  ...variants(`/buckets/${bucket}/content`, "key"),
  ...variants("/queries/*"),
  ...variants("/queries/*/rows", "from", "count"),
  ...variants("/queries/*/csv"),
  ...variants("/functions/*/invocations", "limit"),
  ...variants("/queues/*/messages"),
  ...variants("/*"),
];
const changed: readonly (readonly [method: string, path: string])[] = [
  ...variants("/streams/*/records").map((path) => ["POST", path] as const),
  ...variants(`/streams/${stream}/records`, "partitionKey").map((path) => ["POST", path] as const),
  ...variants("/journeys/*/resend").map((path) => ["POST", path] as const),
  ...variants(`/queues/${queue}/messages/*/redrive`).map((path) => ["POST", path] as const),
  ...variants("/queries/*").map((path) => ["DELETE", path] as const),
  ...variants("/faults/*").map((path) => ["PUT", path] as const),
  ["POST", "/queries"],
  ["POST", "/metrics"],
  ["PUT", "/simulator"],
];

it("refuses a request that makes no sense as its sender's mistake", async () => {
  const test = await TestConsole.start();
  await test.put("k", good("a"));
  const failed: string[] = [];
  const send = async (method: string, path: string, body?: string) => {
    const response = await fetch(`${test.origin}/api${path}`, {
      method,
      headers: { Authorization: `Bearer ${test.token}` },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    if (response.status >= 500 || /\n\s+at /.test(text))
      failed.push(`${response.status} ${method} ${path} ${body?.slice(0, 100)} ${text.slice(0, 200)}`);
  };
  for (const path of read) await send("GET", path);
  for (const [method, path] of changed) for (const body of bodies) await send(method, path, body);
  expect({ failed, troubles: test.troubles }).toEqual({ failed: [], troubles: [] });
});
