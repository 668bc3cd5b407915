import type { World } from "@streaming-data-lake/aws";
import { inside } from "@streaming-data-lake/lake/paths";
import { makeFolder } from "@streaming-data-lake/runner/files/folders";
import { ConversionDatabase } from "@streaming-data-lake/runner/firehose/database";
import { jsonOf } from "@streaming-data-lake/runner/status-server";
import { type Context, Hono } from "hono";
import { functionsOf, invocationsOf } from "./functions/functions";
import { permissionsOf } from "./functions/permissions";
import { DeadLetterQueues } from "./functions/queues";
import { Journeys } from "./journeys/journeys";
import { catalogOf } from "./lake/catalog";
import { Objects } from "./lake/objects";
import { Previews } from "./lake/preview";
import { alarmsOf } from "./monitoring/alarms";
import { dashboardsOf, metricsOf } from "./monitoring/dashboards";
import { changeFault, faultsOf } from "./monitoring/faults";
import { pipelineOf } from "./pipeline/graph";
import { Live } from "./pipeline/live";
import { Statements } from "./queries/statements";
import { responseOf } from "./server/app";
import { sendEvents } from "./server/events";
import { numberIn, requestBodyOf } from "./server/input";
import { Refused } from "./server/refused";
import { faultChange, metricQuery, queryRequest, simulatorSettings } from "./shapes";
import { type Simulator, SimulatorControl } from "./simulator";
import { Logs } from "./stream/logs";
import { StreamPosition } from "./stream/position";
import { searchRecords } from "./stream/search";
import { ShardRates } from "./stream/shards";
import { Tails } from "./stream/tail";

export interface ShownStack {
  readonly world: World;
  /** URL of the local AWS API. */
  readonly aws: string | undefined;
  readonly simulator: Simulator | undefined;
  /** Aborted when another stack is shown, or none. */
  readonly ended: AbortSignal;
  readonly onTrouble: (message: string) => void;
}

/** The API of one running stack, as `api.ts` describes it. */
export function apiOf({ world, aws, simulator, ended, onTrouble }: ShownStack): Hono {
  const api = new Hono().basePath("/api");
  const logs = new Logs(world);
  const tails = new Tails(logs);
  const shards = new ShardRates(world);
  const live = new Live(world, ended, () => shards.look());
  const scratch = inside(world.folder, "console");
  makeFolder(scratch);
  const database = new ConversionDatabase(inside(scratch, "duckdb"), ended);
  const journeys = new Journeys({ world, logs, scratch, database, ended });
  const objects = new Objects(world, new Previews(database));
  const statements = new Statements(world);
  const queues = new DeadLetterQueues(world, logs);
  const simulating = simulator && new SimulatorControl(simulator, ended);
  const simulatorOf = () => {
    if (!simulating) throw new Refused(404, "nothing is known that sends records like those of this stack");
    return simulating;
  };
  ended.addEventListener("abort", () => void database.close().catch(() => {}), { once: true });
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
  api.get("/status", (context) =>
    context.body(jsonOf(world.state.status()), 200, { "Content-Type": "application/json" }),
  );
  api.get("/live", (context) => sendEvents(context, "live", ended, live.events()));
  api.post("/flush", async (context) => {
    await runner.flush(ended);
    return context.json(live.now());
  });

  api.get("/streams/:name/shards", async (context) =>
    context.json(await shards.statesOf(logs.logOf(context.req.param("name")))),
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
    return context.json(await searchRecords(logs.logOf(context.req.param("name")), search));
  });
  api.get("/streams/:name/tail", (context) => {
    const { shard, key, text, after } = context.req.query();
    const position = after === undefined ? undefined : StreamPosition.parse(after);
    const next = tails.follow(context.req.param("name"), { shard, key, text }, position);
    return sendEvents(context, "records", ended, next);
  });
  api.post("/streams/:name/records", async (context) => {
    const { partitionKey = "" } = context.req.query();
    const data = Buffer.from(await context.req.arrayBuffer());
    return context.json(await logs.logOf(context.req.param("name")).put(partitionKey, data));
  });

  api.get("/journeys", async (context) => {
    const { query = "", limit } = context.req.query();
    return context.json(await journeys.list(query.trim(), numberIn(limit, "limit", 1, 500, 50)));
  });
  api.get("/journeys/:id", async (context) => context.json(await journeys.journey(context.req.param("id"))));
  api.post("/journeys/:id/resend", async (context) =>
    context.json(await journeys.resend(context.req.param("id"))),
  );

  api.get("/simulator", (context) => context.json(simulating?.state ?? null));
  api.put("/simulator", async (context) =>
    context.json(simulatorOf().change(await requestBodyOf(context, simulatorSettings))),
  );

  api.get("/buckets", (context) => context.json(objects.buckets()));
  api.get("/buckets/:name/objects", (context) => {
    const { prefix = "", after = "" } = context.req.query();
    return context.json(objects.list(context.req.param("name"), prefix, after));
  });
  api.get("/buckets/:name/object", async (context) =>
    context.json(await objects.detail(context.req.param("name"), context.req.query("key") ?? "")),
  );
  api.get("/buckets/:name/content", (context) => {
    const { name, size, body } = objects.content(context.req.param("name"), context.req.query("key") ?? "");
    return download(context, body, name, "application/octet-stream", size);
  });

  api.get("/catalog", async (context) => context.json(await catalogOf(world)));
  api.post("/queries", async (context) =>
    context.json(statements.start(await requestBodyOf(context, queryRequest)), 202),
  );
  api.get("/queries", (context) => context.json(statements.list()));
  api.get("/queries/:id", (context) => context.json(statements.state(context.req.param("id"))));
  api.delete("/queries/:id", (context) => context.json(statements.stop(context.req.param("id"))));
  api.get("/queries/:id/rows", (context) => {
    const { from, count } = context.req.query();
    const start = numberIn(from, "from", 0, Number.MAX_SAFE_INTEGER, 0);
    return context.json(
      statements.rows(context.req.param("id"), start, numberIn(count, "count", 1, 1_000, 100)),
    );
  });
  api.get("/queries/:id/csv", (context) => {
    const { name, body } = statements.csv(context.req.param("id"));
    return download(context, body, name, "text/csv; charset=utf-8");
  });
  api.get("/saved-queries", async (context) => context.json(await statements.saved()));

  api.get("/functions", (context) => context.json(functionsOf(world)));
  api.get("/functions/:name/invocations", async (context) => {
    const limit = numberIn(context.req.query("limit"), "limit", 1, 500, 50);
    return context.json(await invocationsOf(world, context.req.param("name"), limit));
  });
  api.get("/queues", (context) => context.json(queues.list()));
  api.get("/queues/:name/messages", async (context) =>
    context.json(await queues.messages(context.req.param("name"))),
  );
  api.post("/queues/:name/messages/:id/redrive", async (context) => {
    const { name, id } = context.req.param();
    return context.json(await queues.redrive(name, id));
  });
  api.get("/permissions", (context) => context.json(permissionsOf(world)));

  api.get("/dashboards", (context) => context.json(dashboardsOf(world)));
  api.post("/metrics", async (context) =>
    context.json(metricsOf(world, await requestBodyOf(context, metricQuery))),
  );
  api.get("/alarms", (context) => context.json(alarmsOf(world)));
  api.get("/faults", (context) => context.json(faultsOf(world)));
  api.put("/faults/:name", async (context) => {
    const { on } = await requestBodyOf(context, faultChange);
    return context.json(changeFault(world, context.req.param("name"), on));
  });

  api.notFound((context) => {
    throw new Refused(404, `there is no ${context.req.method} ${context.req.path}`);
  });
  api.onError((error, context) => {
    const { status, body } = responseOf(error, onTrouble);
    return context.json(body, status);
  });
  return api;
}

/** Sends a file as a download, so that a browser never renders what a record contains. */
function download(
  context: Context,
  body: ReadableStream,
  name: string,
  type: string,
  size?: number,
): Response {
  return context.body(body, 200, {
    "Content-Type": type,
    "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    ...(size !== undefined && { "Content-Length": String(size) }),
  });
}
