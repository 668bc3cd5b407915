/**
 * Shapes of the API's inputs and outputs, as data. They determine how values are decoded, validated and encoded, and
 * `Value` derives TypeScript's types from them.
 */
export type WireShape =
  | StringShape
  | NumberShape
  | { readonly type: "boolean" }
  | { readonly type: "timestamp" }
  | { readonly type: "blob"; readonly max: number }
  | ListShape
  | LazyListShape
  | MapShape
  | StructureShape
  | EventStreamShape;

interface Length {
  readonly min?: number;
  readonly max?: number;
}

export interface StringShape extends Length {
  readonly type: "string";
  /** Regular expression that the whole string must match. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

interface NumberShape extends Length {
  readonly type: "integer" | "long";
}

interface ListShape extends Length {
  readonly type: "list";
  readonly member: WireShape;
}

/** A list whose members are created only while it is being written. */
interface LazyListShape {
  readonly type: "lazylist";
  readonly member: WireShape;
}

/** The value of a lazy list in memory. */
export interface LazyList<T> extends Iterable<T> {
  readonly length: number;
}

interface MapShape extends Length {
  readonly type: "map";
  readonly key: StringShape;
  readonly value: WireShape;
}

export interface StructureShape {
  readonly type: "structure";
  readonly members: Readonly<Record<string, WireShape>>;
  readonly required: readonly string[];
}

export interface EventStreamShape {
  readonly type: "eventstream";
  readonly event: StructureShape;
}

/** The type of a shape's values in memory. Timestamps are milliseconds since 1970, and blobs are Buffers. */
export type WireValue<S> = S extends { type: "string"; enum: readonly (infer E)[] }
  ? E
  : S extends { type: "string" }
    ? string
    : S extends { type: "integer" | "long" | "timestamp" }
      ? number
      : S extends { type: "boolean" }
        ? boolean
        : S extends { type: "blob" }
          ? Buffer
          : S extends { type: "list"; member: infer M }
            ? readonly WireValue<M>[]
            : S extends { type: "lazylist"; member: infer M }
              ? LazyList<WireValue<M>>
              : S extends { type: "map"; value: infer V }
                ? Readonly<Record<string, WireValue<V>>>
                : S extends { type: "structure"; members: infer M; required: readonly (infer R)[] }
                  ? { readonly [K in keyof M as K extends R ? K : never]: WireValue<M[K]> } & {
                      readonly [K in keyof M as K extends R ? never : K]?: WireValue<M[K]> | undefined;
                    }
                  : S extends { type: "eventstream"; event: infer E }
                    ? AsyncIterable<WireValue<E>>
                    : never;

export const boolean = { type: "boolean" } as const;
export const timestamp = { type: "timestamp" } as const;

export const string = <const C extends Omit<StringShape, "type"> = Record<never, never>>(
  constraints: C = {} as C,
) => ({ type: "string", ...constraints }) as const;

export const integer = (constraints: Length = {}) => ({ type: "integer", ...constraints }) as const;

export const long = (constraints: Length = {}) => ({ type: "long", ...constraints }) as const;

export const blob = (constraints: { readonly max: number }) => ({ type: "blob", ...constraints }) as const;

export const list = <const M extends WireShape>(member: M, constraints: Length = {}) =>
  ({ type: "list", member, ...constraints }) as const;

export const lazyList = <const M extends WireShape>(member: M) => ({ type: "lazylist", member }) as const;

export const map = <const V extends WireShape>(key: StringShape, value: V, constraints: Length = {}) =>
  ({ type: "map", key, value, ...constraints }) as const;

/** The order of the members is the order in which AWS reports their errors. */
export const structure = <
  const M extends Readonly<Record<string, WireShape>>,
  const R extends readonly (keyof M & string)[] = [],
>(
  members: M,
  required: R = [] as unknown as R,
) => ({ type: "structure", members, required }) as const;

export const eventStream = <const E extends StructureShape>(event: E) =>
  ({ type: "eventstream", event }) as const;
