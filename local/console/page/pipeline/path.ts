/** A rectangle. `x` and `y` are those of its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Left to right, or top to bottom. */
export type Direction = "LR" | "TB";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A cubic Bézier curve: its start, its two control points and its end. */
type Arc = readonly [Point, Point, Point, Point];

/** The curve from one box to another. It leaves and enters the boxes in the direction in which records flow. */
export function curve(from: Box, to: Box, bends: readonly Point[], direction: Direction): readonly Arc[] {
  const [start, end] = ends(from, to, direction);
  let before = start;
  return [...bends, end].map((next): Arc => {
    const half = direction === "LR" ? (next.x - before.x) / 2 : (next.y - before.y) / 2;
    const [out, into] =
      direction === "LR"
        ? [
            { x: before.x + half, y: before.y },
            { x: next.x - half, y: next.y },
          ]
        : [
            { x: before.x, y: before.y + half },
            { x: next.x, y: next.y - half },
          ];
    const arc: Arc = [before, out, into, next];
    before = next;
    return arc;
  });
}

/** Points along a curve, close enough together that no box between them is missed. */
export const placesOn = (arcs: readonly Arc[]): readonly Point[] =>
  arcs.flatMap((arc) => Array.from({ length: steps + 1 }, (_, step) => placeOn(arc, step / steps)));

const steps = 60;

function placeOn([start, out, into, end]: Arc, at: number): Point {
  const on = (axis: "x" | "y") =>
    (1 - at) ** 3 * start[axis] +
    3 * (1 - at) ** 2 * at * out[axis] +
    3 * (1 - at) * at ** 2 * into[axis] +
    at ** 3 * end[axis];
  return { x: on("x"), y: on("y") };
}

/** A curve as an SVG path. */
export const pathOf = (arcs: readonly Arc[]): string =>
  arcs
    .map(
      ([start, out, into, end], at) =>
        `${at === 0 ? `M${pair(start)}` : ""}C${pair(out)} ${pair(into)} ${pair(end)}`,
    )
    .join("");

/** A polyline with rounded corners. */
export function roundedPath(points: readonly Point[]): readonly Arc[] {
  const arcs: Arc[] = [];
  let before = points[0] ?? { x: 0, y: 0 };
  const line = (to: Point) => {
    arcs.push([before, before, to, to]);
    before = to;
  };
  points.slice(1, -1).forEach((corner, at) => {
    const next = points[at + 2] ?? corner;
    line(towards(corner, before));
    const end = towards(corner, next);
    arcs.push([before, corner, corner, end]);
    before = end;
  });
  line(points.at(-1) ?? before);
  return arcs;
}

const radius = 6;

/** The point at a fixed distance from a corner in the direction of another point, and at most half the way there. */
function towards(corner: Point, other: Point): Point {
  const distance = Math.hypot(other.x - corner.x, other.y - corner.y) || 1;
  const part = Math.min(radius / distance, 0.5);
  return { x: corner.x + (other.x - corner.x) * part, y: corner.y + (other.y - corner.y) * part };
}

/** The middles of the sides that face each other. Boxes in one column are connected at the same side. */
function ends(from: Box, to: Box, direction: Direction): [Point, Point] {
  const middle = ({ x, y, width, height }: Box) => ({ x: x + width / 2, y: y + height / 2 });
  const [a, b] = [middle(from), middle(to)];
  if (direction === "LR") {
    const back = to.x + to.width <= from.x;
    return [
      { x: back ? from.x : from.x + from.width, y: a.y },
      { x: back ? to.x + to.width : to.x, y: b.y },
    ];
  }
  const back = to.y + to.height <= from.y;
  return [
    { x: a.x, y: back ? from.y : from.y + from.height },
    { x: b.x, y: back ? to.y + to.height : to.y },
  ];
}

const pair = ({ x, y }: Point): string => `${x.toFixed(1)},${y.toFixed(1)}`;
