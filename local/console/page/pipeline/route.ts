import { Graph, graphlib } from "@dagrejs/dagre";
import type { Box, Point } from "./path";

/** Distance between a route and the boxes beside it. Boxes are at least twice as far apart. */
const clear = 7;
/** The cost of a corner, expressed as a length: of several routes of equal length, the straightest is chosen. */
const corner = 40;

type Along = "row" | "column";

/** The gaps between boxes. Routes run through them in horizontal and vertical lines. */
export class Gaps {
  /**
   * Each point has two nodes, one for moving along its row and one for moving along its column. The edge between them
   * is a turn.
   */
  private readonly graph = new Graph<object, Point, number>({ directed: false });

  /**
   * @param solid Boxes that no route may cross.
   * @param ends Boxes that routes start and end at, which may be different ones.
   */
  constructor(
    private readonly solid: readonly Box[],
    ends: readonly Box[],
  ) {
    const all = [...solid, ...ends];
    const xs = sorted(all.flatMap(({ x, width }) => [x - clear, x + width / 2, x + width + clear]));
    const ys = sorted(all.flatMap(({ y, height }) => [y - clear, y + height / 2, y + height + clear]));
    for (const [row, y] of ys.entries())
      for (const [column, x] of xs.entries()) {
        if (!this.isFree(x, y)) continue;
        for (const along of ["row", "column"] as const) this.graph.setNode(nameOf(x, y, along), { x, y });
        this.graph.setEdge(nameOf(x, y, "row"), nameOf(x, y, "column"), corner);
        const [left, above] = [xs[column - 1], ys[row - 1]];
        if (left !== undefined && this.isFree(left, y) && this.isFree((left + x) / 2, y))
          this.graph.setEdge(nameOf(left, y, "row"), nameOf(x, y, "row"), x - left);
        if (above !== undefined && this.isFree(x, above) && this.isFree(x, (above + y) / 2))
          this.graph.setEdge(nameOf(x, above, "column"), nameOf(x, y, "column"), y - above);
      }
  }

  /**
   * @returns The corners of the shortest route, including its ends at the boxes' borders; undefined when there is none.
   */
  way(from: Box, to: Box): readonly Point[] | undefined {
    const { graph } = this;
    for (const [end, box] of [
      ["start", from],
      ["end", to],
    ] as const) {
      graph.removeNode(end);
      graph.setNode(end, { x: 0, y: 0 });
      for (const { x, y, along } of doors(box))
        if (graph.hasNode(nameOf(x, y, along))) graph.setEdge(end, nameOf(x, y, along), clear);
    }
    const length = (edge: { readonly v: string; readonly w: string }) => Number(graph.edge(edge));
    const ways = graphlib.alg.dijkstra(graph, "start", length, (node: string) => graph.nodeEdges(node) ?? []);
    const points: Point[] = [];
    for (let at = ways.end?.predecessor; at !== undefined && at !== "start"; at = ways[at]?.predecessor)
      points.unshift(graph.node(at) as Point);
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    return corners([touching(from, first), ...points, touching(to, last)]);
  }

  private isFree(x: number, y: number): boolean {
    return !this.solid.some((box) => isNear({ x, y }, box));
  }
}

const nameOf = (x: number, y: number, along: Along) => `${x} ${y} ${along}`;

const sorted = (places: readonly number[]): readonly number[] =>
  [...new Set(places)].toSorted((a, b) => a - b);

const isNear = ({ x, y }: Point, box: Box): boolean =>
  x > box.x - clear && x < box.x + box.width + clear && y > box.y - clear && y < box.y + box.height + clear;

/** The points in front of the middle of each side of a box, and the direction in which a route arrives there. */
function doors({ x, y, width, height }: Box): readonly (Point & { readonly along: Along })[] {
  const [middle, centre] = [x + width / 2, y + height / 2];
  return [
    { x: x - clear, y: centre, along: "row" },
    { x: x + width + clear, y: centre, along: "row" },
    { x: middle, y: y - clear, along: "column" },
    { x: middle, y: y + height + clear, along: "column" },
  ];
}

/** The point of a box that is nearest to a given point. */
const touching = ({ x, y, width, height }: Box, point: Point): Point => ({
  x: Math.min(Math.max(point.x, x), x + width),
  y: Math.min(Math.max(point.y, y), y + height),
});

/** Removes duplicate points and points in the middle of a straight line. */
function corners(points: readonly Point[]): readonly Point[] {
  const each = points.filter(({ x, y }, at) => points[at - 1]?.x !== x || points[at - 1]?.y !== y);
  return each.filter((point, at) => {
    const [before, after] = [each[at - 1], each[at + 1]];
    if (before === undefined || after === undefined) return true;
    const isStraight = (axis: "x" | "y") => before[axis] === point[axis] && point[axis] === after[axis];
    return !isStraight("x") && !isStraight("y");
  });
}
