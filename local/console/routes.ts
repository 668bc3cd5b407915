import type { World } from "@streaming-data-lake/aws";
import { Hono } from "hono";
import { pipelineOf } from "./pipeline/graph";
import { Live } from "./pipeline/live";
import { Journeys } from "./journeys/journeys";
import { bodyOf, numberIn } from "./server/input";
import { putRecord } from "./shapes";
import { Logs } from "./stream/logs";
import { searchRecords } from "./stream/search";
import { ShardRates } from "./stream/shards";
import { tailOf } from "./stream/tail";
import { answerOf } from "./server/app";
import { events } from "./server/events";
import { Refused } from "./server/refused";
import type { Simulator } from "./simulator";

export interface ShownStack {
  readonly world: World;
  /** URL of AWS's API. */
  readonly aws: string | undefined;
  readonly simulator: Simulator | undefined;
  /** Aborted when another stack is shown, or none. */
  readonly ended: AbortSignal;
  readonly onTrouble: (message: string) => void;
}

/** The API of one stack that runs, as `api.ts` describes it. */
export function apiOf({ world, aws, ended, onTrouble }: ShownStack): Hono {
  const api = new Hono().basePath("/api");
  const logs = new Logs(world);
  const shards = new ShardRates(world);
  const live = new Live(world, ended, () => shards.look());
  const journeys = new Journeys(world, logs, ended);
  const { runner } = world;

  api.get("/pipeline", (context) =>
    context.json(
      pipelineOf(world, {
        kinesis: runner.endpoint,
        ...(aws !== undefined && { aws }),
        ...(runner.firehoseEndpoint !== undefined && { firehose: runner.firehoseEndpoint }),
      }),
    ),
  );
  api.get("/live", (context) => events(context, "live", ended, live.events()));
  api.post("/flush", async (context) => {
    await runner.flush(ended);
    return context.json(live.state());
  });

  api.get("/streams/:name/shards", async (context) =>
    context.json(await shards.of(logs.of(context.req.param("name")))),
  );
  api.get("/streams/:name/records", async (context) => {
    const { shard, key, text, from, limit } = context.req.query();
    const search = {
      shard,
      key,
      text,
      limit: numberIn(limit, "limit", 1, 1_000, 100),
      ...(from !== undefined && { from: numberIn(from, "from", 0, Number.MAX_SAFE_INTEGER, 0) }),
    };
    return context.json(await searchRecords(logs.of(context.req.param("name")), search));
  });
  api.get("/streams/:name/tail", (context) => {
    const { shard, key, text } = context.req.query();
    return events(
      context,
      "records",
      ended,
      tailOf(logs.of(context.req.param("name")), { shard, key, text }),
    );
  });
  api.post("/streams/:name/records", async (context) => {
    const { partitionKey, data } = await bodyOf(context, putRecord);
    return context.json(await logs.of(context.req.param("name")).put(partitionKey, Buffer.from(data)));
  });

  api.get("/journeys", async (context) => {
    const { query = "", limit } = context.req.query();
    return context.json(await journeys.list(query.trim(), numberIn(limit, "limit", 1, 500, 50)));
  });
  api.get("/journeys/:id", async (context) => context.json(await journeys.journey(context.req.param("id"))));
  api.post("/journeys/:id/resend", async (context) =>
    context.json(await journeys.resend(context.req.param("id"))),
  );

  api.notFound((context) => {
    throw new Refused(404, `there is no ${context.req.method} ${context.req.path}`);
  });
  api.onError((error, context) => {
    const { status, body } = answerOf(error, onTrouble);
    return context.json(body, status);
  });
  return api;
}
