/** `x` and `y` of the upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Left to right, or from the top to the bottom. */
export type Direction = "LR" | "TB";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** An SVG path from one box to another, which leaves and enters in the direction of the records. */
export function path(from: Box, to: Box, bends: readonly Point[], direction: Direction): string {
  const [start, end] = ends(from, to, direction);
  let text = `M${pair(start)}`;
  let before = start;
  for (const next of [...bends, end]) {
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
    text += `C${pair(out)} ${pair(into)} ${pair(next)}`;
    before = next;
  }
  return text;
}

/** The middles of the sides that face each other; of the same sides where the boxes stand in one column. */
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
