import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { World } from "../../local/aws/index";
import type { Pipeline, PipelineEdge, PipelineNode } from "../../local/console/api";
import { place } from "../../local/console/page/pipeline/layout";
import { pipelineOf } from "../../local/console/pipeline/graph";
import { readStack } from "../../terraform/index";
import { writeStack } from "../runner/fixtures/stack";
import { temporaryFolder } from "../support/folders";
import { synthesizeInto } from "../support/pipeline-folder";
import { isWhole } from "../support/share";

/** As the console draws the stack of a file or a folder. */
function drawnOf(path: string): Pipeline {
  const { stack } = readStack(path);
  const runner = { dir: "", access: { notes: [] } };
  return pipelineOf({ stack, runner, resources: () => [] } as unknown as World, { kinesis: "" });
}

/** A pipeline of several streams, each with functions, deliveries and an alarm on each of them. */
function several(streams: number): Pipeline {
  const nodes: PipelineNode[] = [];
  const edges: PipelineEdge[] = [];
  const node = (kind: PipelineNode["kind"], id: string): string => {
    nodes.push({ id, kind, name: id, facts: [], alarms: [] });
    return id;
  };
  const tie = (from: string, to: string, kind: PipelineEdge["kind"]) => edges.push({ from, to, kind });
  const producers = node("producer", "producers");
  const bucket = node("bucket", "bucket");
  const [queue, topic, workgroup] = [
    node("queue", "queue"),
    node("topic", "topic"),
    node("workgroup", "workgroup"),
  ];
  for (let at = 0; at < streams; at++) {
    const stream = node("stream", `stream-${at}`);
    const fn = node("function", `function-${at}`);
    const delivery = node("delivery", `delivery-${at}`);
    const [records, errors] = [
      node("prefix", `${bucket}#records-${at}/`),
      node("prefix", `${bucket}#errors-${at}/`),
    ];
    const [table, daily] = [node("table", `table-${at}`), node("table", `daily-${at}`)];
    const schedule = node("schedule", `schedule-${at}`);
    tie(producers, stream, "records");
    tie(stream, fn, "records");
    tie(stream, delivery, "records");
    tie(fn, queue, "failures");
    tie(delivery, records, "objects");
    tie(delivery, errors, "failures");
    tie(records, table, "rows");
    for (const each of [table, daily]) tie(each, workgroup, "queries");
    tie(table, schedule, "queries");
    tie(schedule, daily, "rows");
    tie(schedule, workgroup, "queries");
    tie(schedule, queue, "failures");
    for (const each of [stream, fn, delivery, schedule]) tie(each, topic, "notifications");
  }
  return {
    stack: "",
    region: "",
    accountId: "",
    folder: "",
    nodes,
    edges,
    notRun: [],
    endpoints: { kinesis: "" },
  };
}

/** Places along an SVG path of cubic curves. */
function along(path: string): readonly (readonly [number, number])[] {
  const numbers = (path.match(/-?[\d.]+/g) ?? []).map(Number);
  const pairs = Array.from(
    { length: numbers.length / 2 },
    (_, at) => [numbers[2 * at] ?? 0, numbers[2 * at + 1] ?? 0] as const,
  );
  return Array.from({ length: (pairs.length - 1) / 3 }, (_, arc) =>
    pairs.slice(3 * arc, 3 * arc + 4),
  ).flatMap((arc) =>
    Array.from({ length: 101 }, (__, step) => {
      const t = step / 100;
      const on = (axis: 0 | 1) =>
        [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3].reduce(
          (sum, weight, point) => sum + weight * (arc[point]?.[axis] ?? 0),
          0,
        );
      return [on(0), on(1)] as const;
    }),
  );
}

const stacks: Record<string, () => Pipeline> = {};
let folder = "";
beforeAll(() => {
  folder = temporaryFolder();
  const complete = join(folder, "cdk.tf.json");
  copyFileSync(join(__dirname, "../constructs/recorded/complete.txt"), complete);
  const pipeline = synthesizeInto(join(folder, "default"));
  stacks["the default one"] = () => drawnOf(pipeline);
  stacks["examples/complete.ts"] = () => drawnOf(complete);
  stacks["a hand-written one"] = () => drawnOf(writeStack(join(folder, "written"), {}));
  for (const streams of [1, 2, 3, 6]) stacks[`one of ${streams} streams`] = () => several(streams);
}, 60_000);

describe.each(["LR", "TB"] as const)("drawn in the direction %s, no edge crosses a node:", (direction) => {
  it.each([
    "the default one",
    "examples/complete.ts",
    "a hand-written one",
    "one of 1 streams",
    "one of 2 streams",
    "one of 3 streams",
    // Its layout alone takes seconds.
    ...(isWhole ? ["one of 6 streams"] : []),
  ])("%s", (name) => {
    const pipeline = stacks[name]?.();
    if (!pipeline) throw new Error(name);
    const { boxes, frames, edges, width, height } = place(pipeline, direction);
    expect(edges.length).toBeGreaterThan(5);
    const crossed = edges.flatMap(({ edge, path }) => {
      const places = along(path());
      const over = [...boxes].filter(
        ([id, box]) =>
          !frames.has(id) &&
          places.some(
            ([x, y]) =>
              x > box.x + 2 && x < box.x + box.width - 2 && y > box.y + 2 && y < box.y + box.height - 2,
          ),
      );
      const isOutside = places.some(([x, y]) => x < 0 || y < 0 || x > width || y > height);
      return [
        ...over.map(([id]) => `${edge.from} → ${edge.to} over ${id}`),
        ...(isOutside ? [`${edge.from} → ${edge.to} is outside`] : []),
      ];
    });
    expect(crossed).toEqual([]);
  });
});
