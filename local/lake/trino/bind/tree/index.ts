import type { ResolvedCall } from "../../functions/registry";
import type { ComparisonOperator } from "../../parse/ast";
import type { TextPosition } from "../../types/errors";
import type { Type, TypeOf } from "../../types/types";

/**
 * A constant in its plain form.
 *
 * - boolean: boolean
 * - number: tinyint to integer, real, double, date (days since 1970), interval year to month (months)
 * - bigint: bigint, decimal (its unscaled value), time and timestamp (microseconds), interval day to second
 *   (milliseconds)
 * - string: varchar, char, json, uuid
 * - bytes: varbinary, ipaddress
 * - an instant with its zone: types with a time zone
 */
export type ConstantValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | { readonly instant: bigint; readonly zone: string }
  /** The offset in minutes east of UTC. */
  | { readonly instant: bigint; readonly offset: number };

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

/** An expression whose names are resolved and whose type is known. Its coercions are explicit casts. */
export type Expr =
  | Constant
  | BoundColumn
  | Variable
  | BoundCall
  | BoundAggregate
  | WindowCall
  | GroupingCall
  | {
      readonly kind: "cast";
      readonly type: Type;
      readonly value: Expr;
      /** The type as which the value is read, if it is not the value's own type. */
      readonly from?: Type;
      readonly safe: boolean;
      readonly at?: TextPosition;
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
      /** The operands of BETWEEN and IN have the same type. */
      readonly left: Expr;
      readonly right: Expr;
      /** Whether the casts of the operands are evaluated, and may fail, even where the result is known without them. */
      readonly keepsCasts?: true;
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
  /** The value of `first`, or NULL when `condition` is true. */
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

/** A column of a relation. Its id is unique in the whole statement. */
export interface BoundColumn {
  readonly kind: "column";
  readonly type: Type;
  readonly id: number;
  /** The column's name in the statement, for error messages. */
  readonly name?: string;
  readonly at?: TextPosition;
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

export interface BoundCall {
  readonly kind: "call";
  readonly type: Type;
  readonly call: ResolvedCall;
  readonly arguments: readonly Argument[];
  readonly at?: TextPosition;
}

export interface SortKey {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface BoundAggregate {
  readonly kind: "aggregate";
  readonly type: Type;
  readonly call: ResolvedCall;
  readonly arguments: readonly Argument[];
  readonly distinct: boolean;
  readonly filter?: Expr;
  readonly orderBy: readonly SortKey[];
  readonly at?: TextPosition;
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
  readonly at?: TextPosition;
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

/** A call such as `grouping(a, b)`. Its value has a bit for each column that is missing from the row's grouping set. */
export interface GroupingCall {
  readonly kind: "grouping";
  readonly type: Type;
  readonly columns: readonly Expr[];
  readonly at?: TextPosition;
}

// ------------------------------------------------------------------------------------------------------ relations

/** A column of a query or a relation. */
export interface OutputColumn {
  readonly id: number;
  readonly name?: string;
  readonly type: Type;
}

export type BoundRelation =
  | TableRelation
  | {
      readonly kind: "subquery";
      readonly query: BoundQuery;
      readonly outputs: readonly OutputColumn[];
      readonly lateral: boolean;
      /** The view that the query comes from. */
      readonly view?: CatalogTable;
    }
  | { readonly kind: "cte"; readonly cte: BoundCte; readonly outputs: readonly OutputColumn[] }
  | {
      readonly kind: "join";
      readonly type: "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS";
      readonly left: BoundRelation;
      readonly right: BoundRelation;
      readonly condition?: Expr;
    }
  | {
      readonly kind: "unnest";
      /** The unnested arrays and maps, with the columns of each. */
      readonly items: readonly {
        readonly expr: Expr;
        readonly outputs: readonly OutputColumn[];
        readonly asRow: boolean;
      }[];
      readonly ordinality?: OutputColumn;
    }
  | {
      readonly kind: "sample";
      readonly relation: BoundRelation;
      readonly method: "BERNOULLI" | "SYSTEM";
      readonly percentage: Expr;
    }
  /** The numbers from `start` to `stop`. */
  | {
      readonly kind: "sequence";
      readonly start: bigint;
      readonly stop: bigint;
      readonly step: bigint;
      readonly output: OutputColumn;
    }
  /** A single row without columns, for a SELECT without FROM. */
  | { readonly kind: "oneRow" };

export interface TableRelation {
  readonly kind: "table";
  readonly table: CatalogTable;
  /** All columns that a statement may name, including hidden ones. `used` has the columns that the statement reads. */
  readonly columns: readonly ScanColumn[];
  readonly used: Set<number>;
}

export interface ScanColumn extends OutputColumn {
  readonly name: string;
  readonly column: CatalogColumn;
}

export interface BoundCte {
  readonly id: number;
  readonly name: string;
  readonly outputs: readonly OutputColumn[];
  query: BoundQuery;
  readonly recursive: boolean;
}

// --------------------------------------------------------------------------------------------------------- queries

export interface BoundQuery {
  readonly ctes: readonly BoundCte[];
  readonly body: BoundBody;
  readonly outputs: readonly OutputColumn[];
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
      readonly outputs: readonly OutputColumn[];
    }
  | {
      readonly kind: "values";
      readonly rows: readonly (readonly Expr[])[];
      readonly outputs: readonly OutputColumn[];
    }
  | { readonly kind: "query"; readonly query: BoundQuery; readonly outputs: readonly OutputColumn[] };

export interface BoundSelect {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly { readonly expr: Expr; readonly output: OutputColumn }[];
  readonly from: BoundRelation;
  readonly where?: Expr;
  readonly grouping?: BoundGrouping;
  readonly having?: Expr;
  readonly windows: readonly WindowCall[];
  /** Sort keys over the columns of FROM or over the outputs of items. */
  readonly orderBy: readonly SortKey[];
  readonly offset?: Expr;
  readonly limit?: BoundLimit;
  readonly outputs: readonly OutputColumn[];
}

export interface BoundGrouping {
  readonly keys: readonly Expr[];
  /** Grouping sets as indexes of keys. A plain GROUP BY has one set of all keys. */
  readonly sets: readonly (readonly number[])[];
  readonly aggregates: readonly BoundAggregate[];
}

// --------------------------------------------------------------------------------------------------------- catalog

export interface CatalogColumn {
  readonly name: string;
  readonly type: Type;
  readonly partitionKey: boolean;
  /** Whether `*` leaves out the column, as for `$path`. */
  readonly hidden: boolean;
}

export interface CatalogTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly CatalogColumn[];
  /** The engine's data about the table, which the binder only passes on. */
  readonly source: unknown;
  /** The query of a view, and the database of table names in it that have no database. */
  readonly view?: { readonly sql: string; readonly schema: string };
}

export interface BoundCatalog {
  readonly name: string;
  readonly schemas: readonly string[];
  /** Finds a table by its names in lower case. Undefined when the table does not exist. */
  find(schema: string, table: string): CatalogTable | undefined;
  tables(schema: string): readonly CatalogTable[];
}
