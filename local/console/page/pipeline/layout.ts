import { type EdgeLabel, Graph, type GraphLabel, layout } from "@dagrejs/dagre";
import type { Pipeline, PipelineEdge, PipelineNode } from "../../api";
import { type Box, curve, type Direction, type Point, pathOf, placesOn, roundedPath } from "./path";
import { Gaps } from "./route";

export interface DrawnEdge {
  readonly edge: PipelineEdge;
  /** The SVG path. It is computed when it is first asked for. */
  readonly path: () => string;
  /** Whether the edge is drawn only while one of its ends is selected, because it would cross others. */
  readonly aside: boolean;
}

export interface Placed {
  readonly width: number;
  readonly height: number;
  /** Position and size of each node, by the node's id. */
  readonly boxes: ReadonlyMap<string, Box>;
  /** Ids of the nodes that are drawn as frames around others. */
  readonly frames: ReadonlySet<string>;
  readonly edges: readonly DrawnEdge[];
}

const nodeSize = { width: 170, height: 74 };
/** Space around the outermost nodes through which edges can be routed. */
const margin = 10;
/** Space between nodes that have no edges to others. */
const gap = 16;
/** Space above the contents of a bucket's frame, for the bucket's name. */
const frameHead = 26;
const framePadding = 10;

/** The address of the bucket that a prefix belongs to, taken from the prefix's id. */
const bucketOf = (id: string): string | undefined => (id.includes("#") ? id.split("#")[0] : undefined);

/** Lays out the nodes so that records flow in one direction. A bucket is a frame around its prefixes. */
export function place({ nodes, edges }: Pipeline, direction: Direction): Placed {
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const frames = new Set(nodes.flatMap(({ id }) => bucketOf(id) ?? []));
  const known = edges.filter(({ from, to }) => kinds.has(from) && kinds.has(to));
  const alone = nodes.filter(({ id, kind }) => kind !== "topic" && stands(id, known, frames));
  const tied = nodes.filter((node) => !alone.includes(node));
  const leads = (edge: PipelineEdge) => roleOf(edge, kinds, frames) === "leads";
  const graph = laidOut(tied, known.filter(leads), frames, direction);

  const boxes = new Map<string, Box>();
  for (const { id } of tied.filter((node) => !frames.has(node.id))) {
    const { x = 0, y = 0 } = graph.node(id);
    boxes.set(id, { x: x - nodeSize.width / 2, y: y - nodeSize.height / 2, ...nodeSize });
  }
  centre(boxes, known.filter(leads), direction);
  for (const frame of frames) boxes.set(frame, around(nodes, frame, boxes));
  below(boxes, alone);
  const all = [...boxes.values()];
  const left = Math.min(...all.map(({ x }) => x)) - margin;
  const top = Math.min(...all.map(({ y }) => y)) - margin;
  const moved = new Map([...boxes].map(([id, box]) => [id, { ...box, x: box.x - left, y: box.y - top }]));
  const solid = [...moved].flatMap(([id, box]) => (frames.has(id) ? headOf(box) : box));
  const gaps = once(() => new Gaps(solid, [...moved.values()]));
  return {
    width: Math.max(...all.map(({ x, width }) => x + width)) - left + margin,
    height: Math.max(...all.map(({ y, height }) => y + height)) - top + margin,
    boxes: moved,
    frames,
    edges: known.flatMap((edge) => {
      const [from, to] = [moved.get(edge.from), moved.get(edge.to)];
      if (from === undefined || to === undefined) return [];
      const { points = [] } = leads(edge) ? (graph.edge(edge.from, edge.to, edge.kind) ?? {}) : {};
      const bends = points.slice(1, -1).map(({ x, y }: Point) => ({ x: x - left, y: y - top }));
      const aside = roleOf(edge, kinds, frames) === "aside";
      const ends = { from, to, bends: bends.length > 1 ? bends : [], direction };
      return { edge, path: once(() => pathOf(drawn(ends, solid, gaps))), aside };
    }),
  };
}

interface Ends {
  readonly from: Box;
  readonly to: Box;
  readonly bends: readonly Point[];
  readonly direction: Direction;
}

/** A direct curve, or a route around nodes when the curve would cross them. */
function drawn({ from, to, bends, direction }: Ends, solid: readonly Box[], gaps: () => Gaps) {
  const direct = curve(from, to, bends, direction);
  const places = placesOn(direct);
  if (!solid.some((box) => places.some((place) => isInside(place, box)))) return direct;
  const way = gaps().way(from, to);
  return way ? roundedPath(way) : direct;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Whether a point is inside a box. Its border does not count. */
const isInside = ({ x, y }: Point, box: Box): boolean =>
  x > box.x + 1 && x < box.x + box.width - 1 && y > box.y + 1 && y < box.y + box.height - 1;

/** The part of a frame that shows its name. Edges may cross the rest of the frame. */
const headOf = (frame: Box): Box => ({ ...frame, height: frameHead - 4 });

/** Whether a node stands alone, without any edge to or from it. */
const stands = (id: string, edges: readonly PipelineEdge[], frames: ReadonlySet<string>): boolean =>
  bucketOf(id) === undefined && !frames.has(id) && !edges.some(({ from, to }) => from === id || to === id);

/** Puts nodes into rows below the others, with rows as wide as the rest of the graph. */
function below(boxes: Map<string, Box>, nodes: readonly PipelineNode[]): void {
  const all = [...boxes.values()];
  const left = Math.min(0, ...all.map(({ x }) => x));
  const right = Math.max(0, ...all.map(({ x, width }) => x + width));
  const bottom = Math.max(0, ...all.map(({ y, height }) => y + height + 2 * gap));
  const across = Math.max(1, Math.floor((right - left + gap) / (nodeSize.width + gap)));
  nodes.forEach(({ id }, at) => {
    const column = at % across;
    const row = Math.floor(at / across);
    boxes.set(id, {
      x: left + column * (nodeSize.width + gap),
      y: bottom + row * (nodeSize.height + gap),
      ...nodeSize,
    });
  });
}

/** Centres a node that is alone in its column or row on the nodes that it leads to. */
function centre(boxes: Map<string, Box>, edges: readonly PipelineEdge[], direction: Direction): void {
  const [along, across] = direction === "LR" ? (["x", "y"] as const) : (["y", "x"] as const);
  for (const [id, box] of [...boxes].toSorted(([, one], [, other]) => other[along] - one[along])) {
    const alone = [...boxes.values()].filter((other) => other[along] === box[along]).length === 1;
    const next = edges.flatMap(({ from, to }) => (from === id ? (boxes.get(to) ?? []) : []));
    if (!alone || next.length === 0) continue;
    const places = next.map((each) => each[across]);
    boxes.set(id, { ...box, [across]: (Math.min(...places) + Math.max(...places)) / 2 });
  }
}

/**
 * Whether an edge determines the layout, leads backwards, or is drawn only for a selected node. A schedule reads the
 * table that it also writes to and runs in a workgroup, and the alarms of all nodes notify one topic, so that such
 * edges would distort the layout.
 */
function roleOf(
  { from, to, kind }: PipelineEdge,
  kinds: ReadonlyMap<string, PipelineNode["kind"]>,
  frames: ReadonlySet<string>,
): "leads" | "back" | "aside" {
  if (kind === "notifications" || frames.has(from) || frames.has(to)) return "aside";
  if (kind === "queries" && kinds.get(from) === "schedule") return "aside";
  return kind === "queries" && kinds.get(to) === "schedule" ? "back" : "leads";
}

function laidOut(
  nodes: readonly PipelineNode[],
  edges: readonly PipelineEdge[],
  frames: ReadonlySet<string>,
  direction: Direction,
) {
  const graph = new Graph<GraphLabel, Partial<Box>, EdgeLabel>({ compound: true, multigraph: true });
  const wide = direction === "LR";
  graph.setGraph({ rankdir: direction, nodesep: wide ? 16 : 14, ranksep: wide ? 34 : 30, edgesep: 8 });
  for (const { id } of nodes) graph.setNode(id, frames.has(id) ? {} : { ...nodeSize });
  for (const { id } of nodes) {
    const frame = bucketOf(id);
    if (frame !== undefined) graph.setParent(id, frame);
  }
  for (const { from, to, kind } of edges)
    graph.setEdge(from, to, { weight: kind === "records" ? 4 : 1 }, kind);
  // A topic that no edge leads to is placed after the queues, where failed records end up.
  const queue = nodes.find(({ kind }) => kind === "queue");
  for (const { id } of nodes.filter(({ kind }) => kind === "topic"))
    if (queue) graph.setEdge(queue.id, id, { weight: 0 });
  layout(graph);
  return graph;
}

function around(nodes: readonly PipelineNode[], frame: string, boxes: ReadonlyMap<string, Box>): Box {
  const inside = nodes.flatMap(({ id }) => (bucketOf(id) === frame ? (boxes.get(id) ?? []) : []));
  const x = Math.min(...inside.map((box) => box.x)) - framePadding;
  const y = Math.min(...inside.map((box) => box.y)) - frameHead;
  return {
    x,
    y,
    width: Math.max(...inside.map((box) => box.x + box.width)) + framePadding - x,
    height: Math.max(...inside.map((box) => box.y + box.height)) + framePadding - y,
  };
}
