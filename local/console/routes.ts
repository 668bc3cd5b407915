import type { World } from "@streaming-data-lake/aws";
import { Hono } from "hono";
import { pipelineOf } from "./pipeline/graph";
import { Live } from "./pipeline/live";
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
  const live = new Live(world, ended);
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

  api.notFound((context) => {
    throw new Refused(404, `there is no ${context.req.method} ${context.req.path}`);
  });
  api.onError((error, context) => {
    const { status, body } = answerOf(error, onTrouble);
    return context.json(body, status);
  });
  return api;
}
