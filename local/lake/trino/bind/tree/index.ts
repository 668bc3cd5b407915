import type { ResolvedCall } from "../../functions/registry";
import type { ComparisonOperator } from "../../parse/ast";
import type { Position } from "../../types/errors";
import type { Type, TypeOf } from "../../types/types";

/**
 * A constant in its plain form: boolean; number (tinyint to integer, real, double, date in days, interval year to month
 * in months); bigint (bigint, a decimal's unscaled value, time and timestamp in microseconds, interval day to second
 * in milliseconds); string (varchar, char, json, uuid); bytes (varbinary, ipaddress); an instant with its zone.
 */
export type ConstantValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | { readonly instant: bigint; readonly zone: string }
  /** Minutes east of UTC. */
  | { readonly instant: bigint; readonly offset: number };

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

/** An expression whose names are resolved, whose type is known and whose coercions are casts. */
export type Expr =
  | Constant
  | Column
  | Variable
  | Call
  | Aggregate
  | WindowCall
  | GroupingCall
  | {
      readonly kind: "cast";
      readonly type: Type;
      readonly value: Expr;
      /** The type that the value is taken for; its own if absent. */
      readonly from?: Type;
      readonly safe: boolean;
      readonly at?: Position;
    }
  | {
      readonly kind: "arithmetic";
      readonly type: Type;
      readonly operator: ArithmeticOperator;
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly kind: "negate"; readonly type: Type; readonly value: Expr }
  | {
      readonly kind: "comparison";
      readonly type: Type;
      readonly operator: ComparisonOperator | "IS DISTINCT FROM";
      /** Of one type, as the operands of BETWEEN and IN. */
      readonly left: Expr;
      readonly right: Expr;
    }
  | {
      readonly kind: "logical";
      readonly type: Type;
      readonly operator: "AND" | "OR";
      readonly terms: readonly Expr[];
    }
  | { readonly kind: "not"; readonly type: Type; readonly value: Expr }
  | { readonly kind: "isNull"; readonly type: Type; readonly value: Expr }
  | {
      readonly kind: "between";
      readonly type: Type;
      readonly value: Expr;
      readonly min: Expr;
      readonly max: Expr;
    }
  | { readonly kind: "in"; readonly type: Type; readonly value: Expr; readonly items: readonly Expr[] }
  | {
      readonly kind: "like";
      readonly type: Type;
      readonly value: Expr;
      readonly pattern: Expr;
      readonly escape?: Expr;
    }
  | {
      readonly kind: "case";
      readonly type: Type;
      readonly whens: readonly { readonly condition: Expr; readonly result: Expr }[];
      readonly otherwise: Expr;
    }
  | { readonly kind: "coalesce"; readonly type: Type; readonly operands: readonly Expr[] }
  /** `first`, or NULL where `condition` holds. */
  | { readonly kind: "nullIf"; readonly type: Type; readonly first: Expr; readonly condition: Expr }
  | { readonly kind: "try"; readonly type: Type; readonly value: Expr }
  | { readonly kind: "row"; readonly type: TypeOf<"row">; readonly items: readonly Expr[] }
  | { readonly kind: "array"; readonly type: TypeOf<"array">; readonly items: readonly Expr[] }
  | { readonly kind: "field"; readonly type: Type; readonly base: Expr; readonly index: number }
  | { readonly kind: "subscript"; readonly type: Type; readonly base: Expr; readonly index: Expr }
  | { readonly kind: "atTimeZone"; readonly type: Type; readonly value: Expr; readonly zone: Expr }
  | { readonly kind: "exists"; readonly type: Type; readonly query: BoundQuery }
  | { readonly kind: "scalarSubquery"; readonly type: Type; readonly query: BoundQuery }
  | { readonly kind: "inSubquery"; readonly type: Type; readonly value: Expr; readonly query: BoundQuery }
  | {
      readonly kind: "quantified";
      readonly type: Type;
      readonly operator: ComparisonOperator;
      readonly quantifier: "ALL" | "ANY";
      readonly value: Expr;
      readonly query: BoundQuery;
    };

export interface Constant {
  readonly kind: "constant";
  readonly type: Type;
  readonly value: ConstantValue;
}

/** A column of a relation; the id is its own in the whole statement. */
export interface Column {
  readonly kind: "column";
  readonly type: Type;
  readonly id: number;
  /** How the statement names it, for sentences. */
  readonly name?: string;
  readonly at?: Position;
}

/** A parameter of a lambda. */
export interface Variable {
  readonly kind: "variable";
  readonly type: Type;
  readonly id: number;
}

export interface BoundLambda {
  readonly kind: "lambda";
  readonly parameters: readonly Variable[];
  readonly body: Expr;
}

export type Argument = Expr | BoundLambda;

export interface Call {
  readonly kind: "call";
  readonly type: Type;
  readonly call: ResolvedCall;
  readonly arguments: readonly Argument[];
  readonly at?: Position;
}

export interface SortKey {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface Aggregate {
  readonly kind: "aggregate";
  readonly type: Type;
  readonly call: ResolvedCall;
  readonly arguments: readonly Argument[];
  readonly distinct: boolean;
  readonly filter?: Expr;
  readonly orderBy: readonly SortKey[];
  readonly at?: Position;
}

export interface WindowCall {
  readonly kind: "window";
  readonly type: Type;
  readonly call: ResolvedCall;
  readonly arguments: readonly Argument[];
  readonly distinct: boolean;
  readonly filter?: Expr;
  readonly ignoreNulls: boolean;
  readonly window: BoundWindow;
  readonly at?: Position;
}

export interface BoundWindow {
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly SortKey[];
  readonly frame?: BoundFrame;
}

export interface BoundFrame {
  readonly type: "RANGE" | "ROWS" | "GROUPS";
  readonly start: BoundFrameEdge;
  readonly end: BoundFrameEdge;
}

export interface BoundFrameEdge {
  readonly type: "UNBOUNDED PRECEDING" | "PRECEDING" | "CURRENT ROW" | "FOLLOWING" | "UNBOUNDED FOLLOWING";
  readonly value?: Expr;
}

/** `grouping(a, b)`: a bit for each column that the row's grouping set lacks. */
export interface GroupingCall {
  readonly kind: "grouping";
  readonly type: Type;
  readonly columns: readonly Expr[];
  readonly at?: Position;
}

// ------------------------------------------------------------------------------------------------------ relations

/** A column that a query or a relation gives. */
export interface Output {
  readonly id: number;
  readonly name?: string;
  readonly type: Type;
}

export type BoundRelation =
  | TableRelation
  | {
      readonly kind: "subquery";
      readonly query: BoundQuery;
      readonly outputs: readonly Output[];
      readonly lateral: boolean;
      /** The view whose query it is. */
      readonly view?: CatalogTable;
    }
  | { readonly kind: "cte"; readonly cte: BoundCte; readonly outputs: readonly Output[] }
  | {
      readonly kind: "join";
      readonly type: "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS";
      readonly left: BoundRelation;
      readonly right: BoundRelation;
      readonly condition?: Expr;
    }
  | {
      readonly kind: "unnest";
      /** Each an array or a map; the columns that it gives. */
      readonly items: readonly {
        readonly expr: Expr;
        readonly outputs: readonly Output[];
        readonly asRow: boolean;
      }[];
      readonly ordinality?: Output;
    }
  | {
      readonly kind: "sample";
      readonly relation: BoundRelation;
      readonly method: "BERNOULLI" | "SYSTEM";
      readonly percentage: Expr;
    }
  /** Numbers from `start` to `stop`. */
  | {
      readonly kind: "sequence";
      readonly start: bigint;
      readonly stop: bigint;
      readonly step: bigint;
      readonly output: Output;
    }
  /** One row without columns: a SELECT without FROM. */
  | { readonly kind: "oneRow" };

export interface TableRelation {
  readonly kind: "table";
  readonly table: CatalogTable;
  /** Every column that a statement may name, hidden ones too; what the statement reads is in `used`. */
  readonly columns: readonly ScanColumn[];
  readonly used: Set<number>;
}

export interface ScanColumn extends Output {
  readonly name: string;
  readonly column: CatalogColumn;
}

export interface BoundCte {
  readonly id: number;
  readonly name: string;
  readonly outputs: readonly Output[];
  query: BoundQuery;
  readonly recursive: boolean;
}

// --------------------------------------------------------------------------------------------------------- queries

export interface BoundQuery {
  readonly ctes: readonly BoundCte[];
  readonly body: BoundBody;
  readonly outputs: readonly Output[];
  readonly orderBy: readonly SortKey[];
  readonly offset?: Expr;
  readonly limit?: BoundLimit;
}

export interface BoundLimit {
  readonly count: Expr;
  readonly withTies: boolean;
}

export type BoundBody =
  | BoundSelect
  | {
      readonly kind: "set";
      readonly operator: "UNION" | "INTERSECT" | "EXCEPT";
      readonly distinct: boolean;
      readonly left: BoundQuery;
      readonly right: BoundQuery;
      readonly outputs: readonly Output[];
    }
  | {
      readonly kind: "values";
      readonly rows: readonly (readonly Expr[])[];
      readonly outputs: readonly Output[];
    }
  | { readonly kind: "query"; readonly query: BoundQuery; readonly outputs: readonly Output[] };

export interface BoundSelect {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly { readonly expr: Expr; readonly output: Output }[];
  readonly from: BoundRelation;
  readonly where?: Expr;
  readonly grouping?: BoundGrouping;
  readonly having?: Expr;
  readonly windows: readonly WindowCall[];
  /** Sort keys over the columns of FROM or over items' outputs. */
  readonly orderBy: readonly SortKey[];
  readonly offset?: Expr;
  readonly limit?: BoundLimit;
  readonly outputs: readonly Output[];
}

export interface BoundGrouping {
  readonly keys: readonly Expr[];
  /** Indexes of keys, set by set; one set of all keys where GROUP BY is plain. */
  readonly sets: readonly (readonly number[])[];
  readonly aggregates: readonly Aggregate[];
}

// --------------------------------------------------------------------------------------------------------- catalog

export interface CatalogColumn {
  readonly name: string;
  readonly type: Type;
  readonly partitionKey: boolean;
  /** `$path` and its like: not in `*`. */
  readonly hidden: boolean;
}

export interface CatalogTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly CatalogColumn[];
  /** What the engine keeps of it; the binder never looks inside. */
  readonly source: unknown;
  /** The query that a view stands for, and the database of what it names without one. */
  readonly view?: { readonly sql: string; readonly schema: string };
}

export interface Catalog {
  readonly name: string;
  readonly schemas: readonly string[];
  /** Undefined where there's no such table. Names are in lower case. */
  find(schema: string, table: string): CatalogTable | undefined;
  tables(schema: string): readonly CatalogTable[];
}
