/**
 * Shapes of AWS's APIs. The SDK's clients contain them as nested lists, whose first number tells the type. The members
 * of a shape are read on first access, since shapes can refer to each other.
 *
 * https://smithy.io/2.0/spec/model.html
 */
export type ModelShape = SimpleShape | BlobShape | TimestampShape | ListShape | MapShape | ModelStructure;

export interface SimpleShape {
  readonly kind: "string" | "boolean" | "number" | "bigint" | "decimal" | "document" | "unit";
}

export interface BlobShape {
  readonly kind: "blob";
  readonly streaming: boolean;
}

export interface TimestampShape {
  readonly kind: "timestamp";
  /** Format of the timestamp. @default the protocol's format */
  readonly format?: TimestampFormat;
}

export type TimestampFormat = "date-time" | "http-date" | "epoch-seconds";

export interface ListShape {
  readonly kind: "list";
  readonly member: Member;
}

export interface MapShape {
  readonly kind: "map";
  readonly key: Member;
  readonly value: Member;
}

export interface ModelStructure {
  readonly kind: "structure";
  readonly name: string;
  readonly traits: Traits;
  readonly members: readonly Member[];
  readonly byName: ReadonlyMap<string, Member>;
}

export interface Member {
  readonly name: string;
  readonly shape: ModelShape;
  readonly traits: Traits;
}

/** Properties of a shape or a member apart from its type, with Smithy's names. */
export interface Traits {
  readonly httpLabel?: 1;
  readonly httpPayload?: 1;
  readonly httpResponseCode?: 1;
  readonly httpQueryParams?: 1;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpQuery?: string;
  readonly http?: readonly [method: string, path: string, status: number];
  readonly httpError?: number;
  readonly awsQueryError?: readonly [code: string, status: number];
  readonly jsonName?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: 1;
  readonly xmlAttribute?: 1;
  readonly xmlNamespace?: readonly [prefix: string | 0, uri: string];
  readonly streaming?: 1;
}

/**
 * A shape in the SDK's notation: a number, a name, a list, a list with traits, or a function that returns one of them.
 */
type Raw = unknown;

const bits = [
  "httpLabel",
  "idempotent",
  "idempotencyToken",
  "sensitive",
  "httpPayload",
  "httpResponseCode",
  "httpQueryParams",
] as const;

function traitsOf(raw: unknown): Traits {
  if (typeof raw === "object" && raw !== null) return raw as Traits;
  const number = Number(raw) || 0;
  return Object.fromEntries(bits.flatMap((name, bit) => ((number >> bit) & 1 ? [[name, 1]] : [])));
}

const known = new WeakMap<readonly unknown[], ModelShape>();

/** Reads a shape in the SDK's notation. @throws Error when this version of the SDK has no such notation. */
export function shapeOf(raw: Raw): ModelShape {
  const given = typeof raw === "function" ? (raw as () => Raw)() : raw;
  if (typeof given === "number") return numbered(given);
  if (given === "unit") return { kind: "unit" };
  if (!Array.isArray(given)) throw new Error(`no shape: ${String(given)}`);
  if (given.length === 2) return shapeOf(given[0]);
  const before = known.get(given);
  if (before) return before;
  const shape = listed(given);
  known.set(given, shape);
  return shape;
}

/** The simple type with a number. Adding 64 to the number means a list of that type, and adding 128 a map to it. */
function numbered(number: number): ModelShape {
  if (number >= 128) return { kind: "map", key: memberOf("key", 0), value: memberOf("value", number & 63) };
  if (number >= 64) return { kind: "list", member: memberOf("member", number & 63) };
  switch (number) {
    case 0:
      return { kind: "string" };
    case 1:
      return { kind: "number" };
    case 2:
      return { kind: "boolean" };
    case 4:
      return { kind: "timestamp" };
    case 5:
      return { kind: "timestamp", format: "date-time" };
    case 6:
      return { kind: "timestamp", format: "http-date" };
    case 7:
      return { kind: "timestamp", format: "epoch-seconds" };
    case 15:
      return { kind: "document" };
    case 17:
      return { kind: "bigint" };
    case 19:
      return { kind: "decimal" };
    case 21:
      return { kind: "blob", streaming: false };
    case 42:
      return { kind: "blob", streaming: true };
    default:
      throw new Error(`no shape: ${number}`);
  }
}

function listed(raw: readonly unknown[]): ModelShape {
  const [type, , name, traits] = raw;
  switch (type) {
    case 0:
      return shapeOf(raw[4]);
    case 1:
      return lazy({ kind: "list" as const }, { member: () => memberOf("member", raw[4]) });
    case 2:
      return lazy(
        { kind: "map" as const },
        { key: () => memberOf("key", raw[4] ?? 0), value: () => memberOf("value", raw[5]) },
      );
    case 3:
    case -3:
    case 4: {
      const names = raw[4] as readonly string[];
      const shapes = raw[5] as readonly Raw[];
      const members = () => names.map((member, index) => memberOf(member, shapes[index]));
      const head = { kind: "structure" as const, name: String(name), traits: traitsOf(traits) };
      const structure: ModelStructure = lazy(head, {
        members,
        byName: () => new Map(structure.members.map((member) => [member.name, member])),
      });
      return structure;
    }
    default:
      throw new Error(`no shape: ${String(type)}`);
  }
}

function memberOf(name: string, raw: Raw): Member {
  const traits: Traits[] = [];
  let inner = raw;
  for (;;) {
    if (typeof inner === "function") inner = (inner as () => Raw)();
    if (!Array.isArray(inner)) break;
    if (inner.length !== 2) {
      traits.push(traitsOf(inner[3]));
      break;
    }
    traits.push(traitsOf(inner[1]));
    inner = inner[0];
  }
  const merged = Object.assign({}, ...traits.reverse()) as Traits;
  const found = inner;
  return lazy({ name, traits: merged }, { shape: () => streamed(shapeOf(found), merged) });
}

const streamed = (shape: ModelShape, { streaming }: Traits): ModelShape =>
  streaming && shape.kind === "blob" ? { kind: "blob", streaming: true } : shape;

/** Adds properties that are computed on first access. */
function lazy<Head extends object, Made extends Record<string, () => unknown>>(
  head: Head,
  made: Made,
): Head & { readonly [Name in keyof Made]: ReturnType<Made[Name]> } {
  for (const [name, make] of Object.entries(made))
    Object.defineProperty(head, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = make();
        Object.defineProperty(head, name, { value, enumerable: true });
        return value;
      },
    });
  return head as never;
}
