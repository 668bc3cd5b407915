import { TrinoError } from "../../types/errors";
import { check, invalid } from "../errors";
import { type Family, plain } from "../implementation";

/**
 * The geospatial functions that need only the points of a geometry. A geometry is represented by its well-known text.
 *
 * https://trino.io/docs/current/functions/geospatial.html
 */
type Place = readonly [number, number];

interface Geometry {
  readonly kind: string;
  readonly places: readonly Place[];
}

const dimensions: Readonly<Record<string, number>> = { POINT: 0, MULTIPOINT: 0, LINESTRING: 1, POLYGON: 2 };
const names: Readonly<Record<string, string>> = {
  POINT: "Point",
  MULTIPOINT: "MultiPoint",
  LINESTRING: "LineString",
  POLYGON: "Polygon",
};

function parse(text: string): Geometry {
  const [, word = "", body = ""] = /^\s*([a-z]+)\s*(.*?)\s*$/is.exec(text) ?? [];
  const kind = word.toUpperCase();
  check(kind !== "", `Invalid WKT: ${text}`);
  if (!Object.hasOwn(dimensions, kind))
    throw new TrinoError("NOT_SUPPORTED", `The geometry ${kind} is not supported here`);
  if (/^empty$/i.test(body)) return { kind, places: [] };
  const inner = kind === "POLYGON" ? /^\(\s*(\([^()]*\))\s*\)$/.exec(body)?.[1] : body;
  if (inner === undefined)
    throw new TrinoError("NOT_SUPPORTED", "A polygon with holes is not supported here");
  const list = /^\(([^()]*|(?:\s*\([^()]*\)\s*,?)*)\)$/.exec(inner)?.[1];
  if (list === undefined) throw invalid(`Invalid WKT: ${text}`);
  const places = list.split(",").map((pair): Place => {
    const numbers = pair.replace(/[()]/g, "").trim().split(/\s+/).map(Number);
    const [x = Number.NaN, y = Number.NaN] = numbers;
    check(numbers.length === 2 && !Number.isNaN(x) && !Number.isNaN(y), `Invalid WKT: ${text}`);
    return [x, y];
  });
  return { kind, places: kind === "POLYGON" && isClockwise(places) ? places.toReversed() : places };
}

/** Outer rings are written counterclockwise. */
const isClockwise = (ring: readonly Place[]): boolean =>
  ring.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length] ?? [x, y];
    return sum + (nextX - x) * (nextY + y);
  }, 0) > 0;

/** Writes well-known text, such as `POINT (1 2)`. A number that needs an exponent has 17 digits. */
function write({ kind, places }: Geometry): string {
  if (places.length === 0) return `${kind} EMPTY`;
  const one = ([x, y]: Place): string => `${number(x)} ${number(y)}`;
  if (kind === "MULTIPOINT") return `MULTIPOINT (${places.map((place) => `(${one(place)})`).join(", ")})`;
  const list = `(${places.map(one).join(", ")})`;
  return kind === "POLYGON" ? `POLYGON (${list})` : `${kind} ${list}`;
}

function number(value: number): string {
  const text = String(value + 0);
  if (!text.includes("e")) return text;
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  return `${mantissa.includes(".") ? mantissa.padEnd(mantissa.startsWith("-") ? 19 : 18, "0") : `${mantissa}.${"0".repeat(16)}`}e${exponent}`;
}

const coordinate = (axis: 0 | 1) =>
  plain((text: string) => {
    const { kind, places } = parse(text);
    check(kind === "POINT", `ST_${axis === 0 ? "X" : "Y"} only applies to POINT. Input type is: ${kind}`);
    return places[0]?.[axis] ?? null;
  });

const bound = (axis: 0 | 1, pick: (...values: number[]) => number) =>
  plain((text: string) => {
    const { places } = parse(text);
    return places.length === 0 ? null : pick(...places.map((place) => place[axis]));
  });

export const points: Family = {
  st_astext: plain((text: string) => text),
  st_coorddim: plain((text: string) => {
    parse(text);
    return 2;
  }),
  st_dimension: plain((text: string) => dimensions[parse(text).kind] ?? 0),
  st_geometryfromtext: plain((text: string) => write(parse(text))),
  st_geometrytype: plain((text: string) => `ST_${names[parse(text).kind]}`),
  st_isempty: plain((text: string) => parse(text).places.length === 0),
  st_point: plain((x: number, y: number) => {
    check(Number.isFinite(x) && Number.isFinite(y), `Point coordinates must be finite: (${x}, ${y})`);
    return write({ kind: "POINT", places: [[x, y]] });
  }),
  st_x: coordinate(0),
  st_xmax: bound(0, Math.max),
  st_xmin: bound(0, Math.min),
  st_y: coordinate(1),
  st_ymax: bound(1, Math.max),
  st_ymin: bound(1, Math.min),
};
