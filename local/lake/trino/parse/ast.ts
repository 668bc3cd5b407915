/**
 * The syntax tree of a Trino statement. Its shapes follow Trino's own tree (io.trino.sql.tree), so that rules of
 * Trino's analyzer can be applied to it directly. Special forms are nodes (`Coalesce`, `If`, `Try`), operators and
 * forms that stand for functions are calls (`a || b` is `concat`, `position(x IN y)` is `strpos`), and parentheses are
 * not kept.
 */

import type { TextPosition } from "../types/errors";
import type { IntervalField } from "../types/text/intervals";

// ---------------------------------------------------------------------------------------------------------- names

/** A single name. `value` is as it was written, without quotes. Names are compared without regard to case. */
export interface Identifier extends TextPosition {
  readonly kind: "Identifier";
  readonly value: string;
  readonly quoted: boolean;
}

/** A name with one or more parts, such as `catalog.schema.table`. */
export interface QualifiedName extends TextPosition {
  readonly kind: "QualifiedName";
  readonly parts: readonly Identifier[];
}

// ---------------------------------------------------------------------------------------------------------- types

export type DataType = GenericType | RowType | DateTimeType | IntervalType;

/** `varchar(10)`, `array(bigint)`, `map(varchar, double)`, `double precision` (as `double`). */
export interface GenericType extends TextPosition {
  readonly kind: "GenericType";
  readonly name: Identifier;
  readonly arguments: readonly (DataType | NumericParameter)[];
}

export interface NumericParameter extends TextPosition {
  readonly kind: "NumericParameter";
  readonly value: bigint;
}

export interface RowType extends TextPosition {
  readonly kind: "RowType";
  readonly fields: readonly RowTypeField[];
}

export interface RowTypeField extends TextPosition {
  readonly kind: "RowField";
  readonly name?: Identifier;
  readonly type: DataType;
}

export interface DateTimeType extends TextPosition {
  readonly kind: "DateTimeType";
  readonly base: "time" | "timestamp";
  readonly precision?: DataType | NumericParameter;
  readonly withTimeZone: boolean;
}

export interface IntervalType extends TextPosition {
  readonly kind: "IntervalType";
  readonly from: IntervalField;
  readonly to: IntervalField;
}

// ---------------------------------------------------------------------------------------------------- expressions

export type Expression =
  | Literal
  | Parameter
  | Identifier
  | Dereference
  | Subscript
  | ArithmeticUnary
  | ArithmeticBinary
  | Comparison
  | Between
  | InList
  | InSubquery
  | Like
  | IsNull
  | IsNotNull
  | Not
  | Logical
  | QuantifiedComparison
  | Exists
  | ScalarSubquery
  | AtTimeZone
  | RowConstructor
  | ArrayConstructor
  | FunctionCall
  | WindowMeasure
  | Lambda
  | SimpleCase
  | SearchedCase
  | If
  | NullIf
  | Coalesce
  | Try
  | FormatCall
  | Cast
  | Extract
  | Trim
  | CurrentTime
  | CurrentName
  | Grouping
  | JsonExists
  | JsonValue
  | JsonQuery
  | JsonObjectCall
  | JsonArray;

export type Literal =
  | NullLiteral
  | BooleanLiteral
  | StringLiteral
  | BinaryLiteral
  | LongLiteral
  | DecimalLiteral
  | DoubleLiteral
  | GenericLiteral
  | IntervalLiteral;

export interface NullLiteral extends TextPosition {
  readonly kind: "NullLiteral";
}

export interface BooleanLiteral extends TextPosition {
  readonly kind: "BooleanLiteral";
  readonly value: boolean;
}

export interface StringLiteral extends TextPosition {
  readonly kind: "StringLiteral";
  readonly value: string;
}

/** `X'65683F'`. */
export interface BinaryLiteral extends TextPosition {
  readonly kind: "BinaryLiteral";
  readonly value: Uint8Array;
}

/** A 64-bit integer. A sign directly before the digits is part of it. */
export interface LongLiteral extends TextPosition {
  readonly kind: "LongLiteral";
  readonly value: bigint;
}

/** A decimal such as `12.50` or `-.5`. The digits are as they were written, without underscores. */
export interface DecimalLiteral extends TextPosition {
  readonly kind: "DecimalLiteral";
  readonly text: string;
}

/** `1e10`. */
export interface DoubleLiteral extends TextPosition {
  readonly kind: "DoubleLiteral";
  readonly value: number;
}

/**
 * The name of any type before a string, such as `DATE '2024-01-15'`, `DECIMAL '1.5'` or `JSON '[1]'`. The binder checks
 * whether the type exists.
 */
export interface GenericLiteral extends TextPosition {
  readonly kind: "GenericLiteral";
  readonly type: string;
  readonly value: string;
}

export interface IntervalLiteral extends TextPosition {
  readonly kind: "IntervalLiteral";
  readonly value: string;
  readonly sign: 1 | -1;
  readonly from: IntervalField;
  readonly to?: IntervalField;
}

/** A `?` parameter. `index` counts from 0 in the order of the text. */
export interface Parameter extends TextPosition {
  readonly kind: "Parameter";
  readonly index: number;
}

/** `base.field`: a column of a table, or a field of a row. */
export interface Dereference extends TextPosition {
  readonly kind: "Dereference";
  readonly base: Expression;
  readonly field: Identifier;
}

export interface Subscript extends TextPosition {
  readonly kind: "Subscript";
  readonly base: Expression;
  readonly index: Expression;
}

export interface ArithmeticUnary extends TextPosition {
  readonly kind: "ArithmeticUnary";
  readonly operator: "+" | "-";
  readonly value: Expression;
}

export interface ArithmeticBinary extends TextPosition {
  readonly kind: "ArithmeticBinary";
  readonly operator: "+" | "-" | "*" | "/" | "%";
  readonly left: Expression;
  readonly right: Expression;
}

export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** `IS NOT DISTINCT FROM` is `Not` around `IS DISTINCT FROM`. */
export interface Comparison extends TextPosition {
  readonly kind: "Comparison";
  readonly operator: ComparisonOperator | "IS DISTINCT FROM";
  readonly left: Expression;
  readonly right: Expression;
}

/** Negated forms (`NOT BETWEEN`, `NOT IN`, `NOT LIKE`) are a `Not` around the plain form. */
export interface Between extends TextPosition {
  readonly kind: "Between";
  readonly value: Expression;
  readonly min: Expression;
  readonly max: Expression;
}

export interface InList extends TextPosition {
  readonly kind: "InList";
  readonly value: Expression;
  readonly items: readonly Expression[];
}

export interface InSubquery extends TextPosition {
  readonly kind: "InSubquery";
  readonly value: Expression;
  readonly subquery: ScalarSubquery;
}

export interface Like extends TextPosition {
  readonly kind: "Like";
  readonly value: Expression;
  readonly pattern: Expression;
  readonly escape?: Expression;
}

export interface IsNull extends TextPosition {
  readonly kind: "IsNull";
  readonly value: Expression;
}

export interface IsNotNull extends TextPosition {
  readonly kind: "IsNotNull";
  readonly value: Expression;
}

export interface Not extends TextPosition {
  readonly kind: "Not";
  readonly value: Expression;
}

/** Two or more terms. `a AND b AND c` is a single node. */
export interface Logical extends TextPosition {
  readonly kind: "Logical";
  readonly operator: "AND" | "OR";
  readonly terms: readonly Expression[];
}

/** A comparison such as `x > ALL (SELECT …)`. SOME is represented by ANY. */
export interface QuantifiedComparison extends TextPosition {
  readonly kind: "QuantifiedComparison";
  readonly operator: ComparisonOperator;
  readonly quantifier: "ALL" | "ANY" | "SOME";
  readonly value: Expression;
  readonly subquery: ScalarSubquery;
}

export interface Exists extends TextPosition {
  readonly kind: "Exists";
  readonly subquery: ScalarSubquery;
}

/** A query in parentheses that is used as an expression. */
export interface ScalarSubquery extends TextPosition {
  readonly kind: "ScalarSubquery";
  readonly query: Query;
}

/** `value AT TIME ZONE 'Europe/Berlin'`, or an interval instead of the zone's name. */
export interface AtTimeZone extends TextPosition {
  readonly kind: "AtTimeZone";
  readonly value: Expression;
  readonly timeZone: StringLiteral | IntervalLiteral;
}

/** `ROW(1, 2)` and `(1, 2)`. */
export interface RowConstructor extends TextPosition {
  readonly kind: "RowConstructor";
  readonly items: readonly Expression[];
}

export interface ArrayConstructor extends TextPosition {
  readonly kind: "ArrayConstructor";
  readonly items: readonly Expression[];
}

/**
 * A call. `star` is true for `f(*)`, and `label` is the qualifier of `f(label.*)`. `concat` also stands for `||`, and
 * `strpos` for POSITION. `substring`, `normalize` and `listagg` also stand for their special syntax. `listagg` always
 * has Trino's five arguments: the value, the separator, whether an overflow is an error, the filler, and whether the
 * count is shown.
 */
export interface FunctionCall extends TextPosition {
  readonly kind: "FunctionCall";
  readonly name: QualifiedName;
  readonly arguments: readonly Expression[];
  readonly star: boolean;
  readonly label?: Identifier;
  readonly distinct: boolean;
  readonly orderBy?: OrderBy;
  readonly filter?: Expression;
  readonly nullTreatment?: "IGNORE" | "RESPECT";
  readonly window?: Window;
  readonly processingMode?: "RUNNING" | "FINAL";
}

/** A measure of a window's row pattern: `name OVER window`. */
export interface WindowMeasure extends TextPosition {
  readonly kind: "WindowMeasure";
  readonly name: Identifier;
  readonly window: Window;
}

export interface Lambda extends TextPosition {
  readonly kind: "Lambda";
  readonly parameters: readonly Identifier[];
  readonly body: Expression;
}

export interface WhenClause extends TextPosition {
  readonly kind: "WhenClause";
  readonly operand: Expression;
  readonly result: Expression;
}

/** `CASE operand WHEN value THEN …`. */
export interface SimpleCase extends TextPosition {
  readonly kind: "SimpleCase";
  readonly operand: Expression;
  readonly whens: readonly WhenClause[];
  readonly otherwise?: Expression;
}

/** `CASE WHEN condition THEN …`. */
export interface SearchedCase extends TextPosition {
  readonly kind: "SearchedCase";
  readonly whens: readonly WhenClause[];
  readonly otherwise?: Expression;
}

/** `if(condition, then [, otherwise])`. */
export interface If extends TextPosition {
  readonly kind: "If";
  readonly condition: Expression;
  readonly then: Expression;
  readonly otherwise?: Expression;
}

export interface NullIf extends TextPosition {
  readonly kind: "NullIf";
  readonly first: Expression;
  readonly second: Expression;
}

export interface Coalesce extends TextPosition {
  readonly kind: "Coalesce";
  readonly operands: readonly Expression[];
}

export interface Try extends TextPosition {
  readonly kind: "Try";
  readonly value: Expression;
}

/** `format(pattern, value, …)`. */
export interface FormatCall extends TextPosition {
  readonly kind: "Format";
  readonly arguments: readonly Expression[];
}

/** A cast. `safe` is true for TRY_CAST. */
export interface Cast extends TextPosition {
  readonly kind: "Cast";
  readonly value: Expression;
  readonly type: DataType;
  readonly safe: boolean;
}

export type ExtractField =
  | "YEAR"
  | "QUARTER"
  | "MONTH"
  | "WEEK"
  | "DAY"
  | "DAY_OF_MONTH"
  | "DAY_OF_WEEK"
  | "DOW"
  | "DAY_OF_YEAR"
  | "DOY"
  | "YEAR_OF_WEEK"
  | "YOW"
  | "HOUR"
  | "MINUTE"
  | "SECOND"
  | "TIMEZONE_MINUTE"
  | "TIMEZONE_HOUR";

export interface Extract extends TextPosition {
  readonly kind: "Extract";
  readonly field: ExtractField;
  readonly value: Expression;
}

export interface Trim extends TextPosition {
  readonly kind: "Trim";
  readonly specification: "BOTH" | "LEADING" | "TRAILING";
  readonly source: Expression;
  readonly characters?: Expression;
}

/** `precision` is absent when none is written. It is then 3, except for CURRENT_DATE, which has none. */
export interface CurrentTime extends TextPosition {
  readonly kind: "CurrentTime";
  readonly function: "CURRENT_DATE" | "CURRENT_TIME" | "CURRENT_TIMESTAMP" | "LOCALTIME" | "LOCALTIMESTAMP";
  readonly precision?: number;
}

export interface CurrentName extends TextPosition {
  readonly kind: "CurrentName";
  readonly function: "CURRENT_USER" | "CURRENT_CATALOG" | "CURRENT_SCHEMA" | "CURRENT_PATH";
}

/** `grouping(a, t.b)`. */
export interface Grouping extends TextPosition {
  readonly kind: "Grouping";
  readonly columns: readonly QualifiedName[];
}

// -------------------------------------------------------------------------------------------------- JSON functions

export type JsonFormat = "JSON" | "UTF8" | "UTF16" | "UTF32";

/** An expression with or without `FORMAT JSON`. */
export interface JsonInput extends TextPosition {
  readonly kind: "JsonInput";
  readonly value: Expression;
  readonly format?: JsonFormat;
}

export interface JsonPathParameter extends TextPosition {
  readonly kind: "JsonPathParameter";
  readonly name: Identifier;
  readonly input: JsonInput;
}

/** The first arguments of a JSON function: `input, 'lax $.a' AS name PASSING value AS "v"`. */
export interface JsonPathInvocation extends TextPosition {
  readonly kind: "JsonPathInvocation";
  readonly input: JsonInput;
  readonly path: StringLiteral;
  readonly passing: readonly JsonPathParameter[];
}

/** `onError` is FALSE when it is not written. */
export interface JsonExists extends TextPosition {
  readonly kind: "JsonExists";
  readonly invocation: JsonPathInvocation;
  readonly onError: "TRUE" | "FALSE" | "UNKNOWN" | "ERROR";
}

/** The replacement for an empty result or an error. `value` is present for DEFAULT. */
export interface JsonValueBehavior {
  readonly action: "ERROR" | "NULL" | "DEFAULT";
  readonly value?: Expression;
}

/** Both behaviors are NULL when they are not written. */
export interface JsonValue extends TextPosition {
  readonly kind: "JsonValue";
  readonly invocation: JsonPathInvocation;
  readonly returning?: DataType;
  readonly onEmpty: JsonValueBehavior;
  readonly onError: JsonValueBehavior;
}

export type JsonQueryBehavior = "ERROR" | "NULL" | "EMPTY ARRAY" | "EMPTY OBJECT";

/** The defaults are WITHOUT wrapper, KEEP quotes (`quotes` is undefined), and NULL on empty and on error. */
export interface JsonQuery extends TextPosition {
  readonly kind: "JsonQuery";
  readonly invocation: JsonPathInvocation;
  readonly returning?: DataType;
  readonly returningFormat?: JsonFormat;
  readonly wrapper: "WITHOUT" | "CONDITIONAL" | "UNCONDITIONAL";
  readonly quotes?: "KEEP" | "OMIT";
  readonly onEmpty: JsonQueryBehavior;
  readonly onError: JsonQueryBehavior;
}

export interface JsonObjectMember extends TextPosition {
  readonly kind: "JsonObjectMember";
  readonly key: Expression;
  readonly value: JsonInput;
}

/** The defaults are NULL ON NULL and WITHOUT UNIQUE KEYS. */
export interface JsonObjectCall extends TextPosition {
  readonly kind: "JsonObject";
  readonly members: readonly JsonObjectMember[];
  readonly nullOnNull: boolean;
  readonly uniqueKeys: boolean;
  readonly returning?: DataType;
  readonly returningFormat?: JsonFormat;
}

/** The default is ABSENT ON NULL. */
export interface JsonArray extends TextPosition {
  readonly kind: "JsonArray";
  readonly elements: readonly JsonInput[];
  readonly nullOnNull: boolean;
  readonly returning?: DataType;
  readonly returningFormat?: JsonFormat;
}

// -------------------------------------------------------------------------------------------------------- windows

/** `OVER name` or `OVER (…)`. */
export type Window = WindowReference | WindowSpecification;

export interface WindowReference extends TextPosition {
  readonly kind: "WindowReference";
  readonly name: Identifier;
}

export interface WindowSpecification extends TextPosition {
  readonly kind: "WindowSpecification";
  readonly existing?: Identifier;
  readonly partitionBy: readonly Expression[];
  readonly orderBy?: OrderBy;
  readonly frame?: WindowFrame;
}

/** `rowPattern` is true when the frame has clauses of row pattern recognition, such as MEASURES or PATTERN. */
export interface WindowFrame extends TextPosition {
  readonly kind: "WindowFrame";
  readonly type: "RANGE" | "ROWS" | "GROUPS";
  readonly start: FrameBound;
  readonly end?: FrameBound;
  readonly rowPattern: boolean;
}

export interface FrameBound extends TextPosition {
  readonly kind: "FrameBound";
  readonly type: "UNBOUNDED PRECEDING" | "PRECEDING" | "CURRENT ROW" | "FOLLOWING" | "UNBOUNDED FOLLOWING";
  readonly value?: Expression;
}

export interface WindowDefinition extends TextPosition {
  readonly kind: "WindowDefinition";
  readonly name: Identifier;
  readonly window: WindowSpecification;
}

// -------------------------------------------------------------------------------------------------------- queries

/**
 * `WITH … body ORDER BY … OFFSET … LIMIT …`. If the body is a single SELECT, then ORDER BY, OFFSET and LIMIT are part
 * of the `QuerySpecification`, because they can use the columns of its FROM, and the query's own fields are absent.
 */
export interface Query extends TextPosition {
  readonly kind: "Query";
  readonly with?: With;
  readonly body: QueryBody;
  readonly orderBy?: OrderBy;
  readonly offset?: Offset;
  readonly limit?: RowLimit | FetchFirst;
}

export type QueryBody = QuerySpecification | SetOperation | Values | Table | TableSubquery;

export interface With extends TextPosition {
  readonly kind: "With";
  readonly recursive: boolean;
  readonly queries: readonly WithQuery[];
}

export interface WithQuery extends TextPosition {
  readonly kind: "WithQuery";
  readonly name: Identifier;
  readonly columns?: readonly Identifier[];
  readonly query: Query;
}

export interface QuerySpecification extends TextPosition {
  readonly kind: "QuerySpecification";
  readonly select: Select;
  /** Relations separated by a comma are a `Join` of type IMPLICIT. */
  readonly from?: Relation;
  readonly where?: Expression;
  readonly groupBy?: GroupBy;
  readonly having?: Expression;
  readonly windows: readonly WindowDefinition[];
  readonly orderBy?: OrderBy;
  readonly offset?: Offset;
  readonly limit?: RowLimit | FetchFirst;
}

export interface Select extends TextPosition {
  readonly kind: "Select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
}

export type SelectItem = SingleColumn | AllColumns;

export interface SingleColumn extends TextPosition {
  readonly kind: "SingleColumn";
  readonly expression: Expression;
  readonly alias?: Identifier;
}

/** `*`, `target.*` (where the target is a table or an expression that is a row), or `target.* AS (a, b)`. */
export interface AllColumns extends TextPosition {
  readonly kind: "AllColumns";
  readonly target?: Expression;
  readonly aliases?: readonly Identifier[];
}

/** An operation on two relations. Longer chains are nested on the left side. */
export interface SetOperation extends TextPosition {
  readonly kind: "SetOperation";
  readonly operator: "UNION" | "INTERSECT" | "EXCEPT";
  readonly distinct: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
}

/** `VALUES 1, (2, 3), ROW(4)`. Each row can be any expression. */
export interface Values extends TextPosition {
  readonly kind: "Values";
  readonly rows: readonly Expression[];
}

export interface GroupBy extends TextPosition {
  readonly kind: "GroupBy";
  readonly distinct: boolean;
  readonly elements: readonly GroupingElement[];
}

/** SIMPLE has one set of expressions (`a`, `(a, b)` or `()`). The other types have a list of sets. */
export interface GroupingElement extends TextPosition {
  readonly kind: "GroupingElement";
  readonly type: "SIMPLE" | "ROLLUP" | "CUBE" | "GROUPING SETS";
  readonly sets: readonly (readonly Expression[])[];
}

export interface OrderBy extends TextPosition {
  readonly kind: "OrderBy";
  readonly items: readonly SortItem[];
}

/** `nulls` is absent when it is not written. The default is NULLS LAST in both directions. */
export interface SortItem extends TextPosition {
  readonly kind: "SortItem";
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nulls?: "FIRST" | "LAST";
}

export type RowCount = LongLiteral | Parameter;

export interface Offset extends TextPosition {
  readonly kind: "Offset";
  readonly count: RowCount;
}

/** `count` is absent for LIMIT ALL. */
export interface RowLimit extends TextPosition {
  readonly kind: "Limit";
  readonly count?: RowCount;
}

/** `FETCH FIRST n ROWS ONLY | WITH TIES`. The default for `count` is one row. */
export interface FetchFirst extends TextPosition {
  readonly kind: "FetchFirst";
  readonly count?: RowCount;
  readonly withTies: boolean;
}

// ------------------------------------------------------------------------------------------------------ relations

export type Relation =
  | Table
  | AliasedRelation
  | SampledRelation
  | Join
  | TableSubquery
  | Lateral
  | Unnest
  | TableFunctionCall
  | JsonTable
  | PatternRecognition;

export interface Table extends TextPosition {
  readonly kind: "Table";
  readonly name: QualifiedName;
  /** Whether `FOR TIMESTAMP AS OF …` or `FOR VERSION AS OF …` follows. */
  readonly versioned: boolean;
}

export interface AliasedRelation extends TextPosition {
  readonly kind: "AliasedRelation";
  readonly relation: Relation;
  readonly alias: Identifier;
  readonly columns?: readonly Identifier[];
}

export interface SampledRelation extends TextPosition {
  readonly kind: "SampledRelation";
  readonly relation: Relation;
  readonly method: "BERNOULLI" | "SYSTEM";
  readonly percentage: Expression;
}

export interface Join extends TextPosition {
  readonly kind: "Join";
  readonly type: "IMPLICIT" | "CROSS" | "INNER" | "LEFT" | "RIGHT" | "FULL";
  readonly left: Relation;
  readonly right: Relation;
  /** Absent for IMPLICIT and CROSS. */
  readonly criteria?: JoinCriteria;
}

export type JoinCriteria =
  | { readonly kind: "On"; readonly expression: Expression }
  | { readonly kind: "Using"; readonly columns: readonly Identifier[] }
  | { readonly kind: "Natural" };

/** A query in parentheses that is used as a relation or as an operand of UNION. */
export interface TableSubquery extends TextPosition {
  readonly kind: "TableSubquery";
  readonly query: Query;
}

export interface Lateral extends TextPosition {
  readonly kind: "Lateral";
  readonly query: Query;
}

export interface Unnest extends TextPosition {
  readonly kind: "Unnest";
  readonly expressions: readonly Expression[];
  readonly ordinality: boolean;
}

/** `TABLE(sequence(start => 1, stop => 3))`. */
export interface TableFunctionCall extends TextPosition {
  readonly kind: "TableFunctionCall";
  readonly name: QualifiedName;
  readonly arguments: readonly TableFunctionArgument[];
}

/** `value` is absent for TABLE and DESCRIPTOR arguments, which `form` distinguishes. */
export interface TableFunctionArgument extends TextPosition {
  readonly kind: "TableFunctionArgument";
  readonly name?: Identifier;
  readonly form: "expression" | "table" | "descriptor";
  readonly value?: Expression;
}

/** JSON_TABLE. It is parsed so that its error can name it. */
export interface JsonTable extends TextPosition {
  readonly kind: "JsonTable";
}

/** MATCH_RECOGNIZE. It is parsed so that its error can name it. */
export interface PatternRecognition extends TextPosition {
  readonly kind: "PatternRecognition";
}

// ----------------------------------------------------------------------------------------------------- statements

export type Statement =
  | Query
  | Insert
  | CreateTableAsSelect
  | Unload
  | CreateView
  | DropView
  | Explain
  | ExplainAnalyze
  | ShowTables
  | ShowSchemas
  | ShowCatalogs
  | ShowColumns
  | ShowCreate
  | Prepare
  | Execute
  | ExecuteImmediate
  | Deallocate
  | OtherStatement;

export interface Insert extends TextPosition {
  readonly kind: "Insert";
  readonly target: QualifiedName;
  readonly columns?: readonly Identifier[];
  readonly query: Query;
}

/** `value` is absent for DEFAULT. */
export interface Property extends TextPosition {
  readonly kind: "Property";
  readonly name: Identifier;
  readonly value?: Expression;
}

export interface CreateTableAsSelect extends TextPosition {
  readonly kind: "CreateTableAsSelect";
  readonly name: QualifiedName;
  readonly columns?: readonly Identifier[];
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly properties: readonly Property[];
  readonly query: Query;
  readonly withData: boolean;
}

/** `UNLOAD (query) TO 's3://…' WITH (…)`, which exists only in Athena. */
export interface Unload extends TextPosition {
  readonly kind: "Unload";
  readonly query: Query;
  readonly location: StringLiteral;
  readonly properties: readonly Property[];
}

export interface CreateView extends TextPosition {
  readonly kind: "CreateView";
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly query: Query;
}

export interface DropView extends TextPosition {
  readonly kind: "DropView";
  readonly name: QualifiedName;
  readonly ifExists: boolean;
}

export interface Explain extends TextPosition {
  readonly kind: "Explain";
  readonly statement: Statement;
  readonly format?: "TEXT" | "GRAPHVIZ" | "JSON";
  readonly type?: "LOGICAL" | "DISTRIBUTED" | "VALIDATE" | "IO";
}

export interface ExplainAnalyze extends TextPosition {
  readonly kind: "ExplainAnalyze";
  readonly statement: Statement;
  readonly format?: "TEXT" | "JSON";
}

/** The LIKE and ESCAPE of a SHOW statement. */
export interface ShowPattern {
  readonly pattern: string;
  readonly escape?: string;
}

export interface ShowTables extends TextPosition {
  readonly kind: "ShowTables";
  readonly schema?: QualifiedName;
  readonly like?: ShowPattern;
}

export interface ShowSchemas extends TextPosition {
  readonly kind: "ShowSchemas";
  readonly catalog?: Identifier;
  readonly like?: ShowPattern;
}

export interface ShowCatalogs extends TextPosition {
  readonly kind: "ShowCatalogs";
  readonly like?: ShowPattern;
}

/** SHOW COLUMNS, DESCRIBE and DESC. */
export interface ShowColumns extends TextPosition {
  readonly kind: "ShowColumns";
  readonly table: QualifiedName;
  readonly like?: ShowPattern;
}

export interface ShowCreate extends TextPosition {
  readonly kind: "ShowCreate";
  readonly object: "TABLE" | "SCHEMA" | "VIEW" | "MATERIALIZED VIEW" | "FUNCTION";
  readonly name: QualifiedName;
}

export interface Prepare extends TextPosition {
  readonly kind: "Prepare";
  readonly name: Identifier;
  readonly statement: Statement;
}

export interface Execute extends TextPosition {
  readonly kind: "Execute";
  readonly name: Identifier;
  readonly arguments: readonly Expression[];
}

export interface ExecuteImmediate extends TextPosition {
  readonly kind: "ExecuteImmediate";
  readonly sql: StringLiteral;
  readonly arguments: readonly Expression[];
}

export interface Deallocate extends TextPosition {
  readonly kind: "Deallocate";
  readonly name: Identifier;
}

/** A statement of Trino's grammar that is not run here. `name` is its kind, such as `GRANT` or `ALTER TABLE`. */
export interface OtherStatement extends TextPosition {
  readonly kind: "OtherStatement";
  readonly name: string;
}

/** A statement, with facts that follow from its text alone. */
export interface ParsedStatement {
  readonly statement: Statement;
  /** Number of `?` parameters. */
  readonly parameters: number;
}
