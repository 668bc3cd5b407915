import { literals, types } from "./literals";
import { type Argument, leaf, type Node, smaller, write } from "./node";
import { aggregatesOf, functionsOf, operatorsOf, type Production } from "./productions";
import type { Random } from "./random";

/** A relation that statements read, and the expressions of its columns. */
interface Relation {
  readonly from: string;
  /** Puts rows that differ in one order. */
  readonly keys: string;
  readonly columns: readonly Node[];
}

const columns = (list: Readonly<Record<string, string>>): readonly Node[] =>
  Object.entries(list).map(([text, type]) => leaf(type, text));

const oneRow: Relation = { from: "(VALUES 1) v(one)", keys: "one", columns: columns({ one: "integer" }) };

const events: Relation = {
  // The largest numbers make a sum depend on the order of its rows.
  from: "(SELECT * FROM events WHERE id NOT IN (30, 31, 48) OR id IS NULL) e",
  keys: "id, at, kind",
  columns: columns({
    id: "bigint",
    kind: "varchar",
    amount: "decimal",
    qty: "integer",
    ratio: "real",
    small: "smallint",
    tiny: "tinyint",
    ok: "boolean",
    day: "date",
    at: "timestamp",
    tags: "array(varchar)",
    attrs: "map(varchar, varchar)",
    dt: "varchar",
    payload: "varchar",
    blob: "varbinary",
    "nested.a": "bigint",
    "nested.c": "array(row(x integer, y varchar))",
  }),
};

const relations: readonly Relation[] = [
  events,
  {
    from: "(SELECT * FROM sensor_data WHERE sensor_id = 'sensor-002' AND dt = '2024-01-16' AND minute(\"timestamp\") < 15) s",
    keys: '"timestamp"',
    columns: columns({
      sensor_id: "varchar",
      temperature: "double",
      humidity: "double",
      '"timestamp"': "timestamp",
      location: "varchar",
      dt: "varchar",
    }),
  },
  {
    from: "nation n JOIN region r ON n.regionkey = r.regionkey",
    keys: "n.nationkey",
    columns: columns({ "n.nationkey": "bigint", "n.name": "varchar", "r.name": "varchar" }),
  },
  oneRow,
];

/** What expressions of one kind are asked in: several together cost a server little more than one. */
export interface Frame {
  readonly relation: Relation;
  readonly where?: Node;
  readonly groupBy?: readonly Node[];
}

/** A statement that can be made smaller: an expression in its frame, or a whole query. */
export interface Statement {
  readonly node: Node;
  readonly frame?: Frame;
}

export const writeStatement = ({ node, frame }: Statement): string =>
  frame ? writeTogether(frame, [node]) : write(node);

/** The expressions of one frame as columns of one query, after the frame's keys. */
export function writeTogether({ relation, where, groupBy }: Frame, nodes: readonly Node[]): string {
  const keys = groupBy?.map(write).join(", ") ?? relation.keys;
  const filter = where ? ` WHERE ${write(where)}` : "";
  const grouping = groupBy && groupBy.length > 0 ? ` GROUP BY ${keys}` : "";
  const order = keys === "" ? "" : ` ORDER BY ${keys}`;
  const items = nodes.map((node, index) => `${write(node)} AS c${index}`).join(", ");
  return `SELECT ${items} FROM ${relation.from}${filter}${grouping}${order}`;
}

interface Place {
  readonly columns: readonly Node[];
}

/** Makes typed statements at random. */
export class StatementMaker {
  constructor(private readonly random: Random) {}

  /** Statements that can be asked together: they have one frame. */
  together(count: number): readonly Statement[] {
    const { random } = this;
    const relation = random.pick(relations);
    const where = random.chance(0.2) ? tried(this.expression("boolean", relation, 2)) : undefined;
    const grouped = random.chance(0.2);
    const groupBy = grouped ? (random.chance(0.7) ? [random.pick(groupable(relation))] : []) : undefined;
    const frame: Frame = { relation, ...(where && { where }), ...(groupBy && { groupBy }) };
    return Array.from({ length: count }, () => ({ frame, node: this.item(frame) }));
  }

  private item({ relation, groupBy }: Frame): Node {
    if (groupBy) return this.aggregate(relation);
    if (this.random.chance(0.05)) return this.window(relation);
    return tried(this.expression(this.random.pick(types), relation, 3));
  }

  /** A whole query, which is asked alone. */
  query(): Statement {
    const { random } = this;
    const relation = random.pick(relations);
    const item = () => this.expression(random.pick(types), relation, 2);
    // NULLs within arrays and rows have no order: whether two meet depends on how the server sorts.
    const sorted = () => this.expression(random.pick(types.filter((type) => !/[(]/.test(type))), relation, 2);
    const where = () => this.expression("boolean", relation, 2);
    const { from, keys } = relation;
    const query = (text: string, ...parts: readonly Node[]): Statement => ({
      node: { type: "query", text, parts },
    });
    const column = random.pick(groupable(relation));
    switch (random.below(16)) {
      case 0:
        return query(`SELECT DISTINCT $0 FROM ${from}`, item());
      case 1:
        return query(
          `SELECT $0 AS a, $1 AS b FROM ${from} WHERE $2 ORDER BY ${keys}`,
          item(),
          item(),
          where(),
        );
      case 2:
        return query(`SELECT $0 AS a FROM ${from} ORDER BY 1 DESC NULLS FIRST, ${keys} LIMIT 7`, sorted());
      case 3:
        return query(
          `SELECT $0 AS a FROM ${from} ORDER BY 1, ${keys} OFFSET 2 ROWS FETCH FIRST 3 ROWS ONLY`,
          sorted(),
        );
      case 4: {
        const type = random.pick(types);
        const set = random.pick(["UNION", "UNION ALL", "INTERSECT", "EXCEPT"]);
        const [left, right] = [this.expression(type, relation, 2), this.expression(type, events, 2)];
        return query(`SELECT $0 AS a FROM ${from} ${set} SELECT $1 FROM events`, left, right);
      }
      case 5:
        return query(
          `SELECT $0, $1, $2, grouping($0) FROM ${from} GROUP BY ROLLUP ($0, $1)`,
          column,
          random.pick(groupable(relation)),
          this.aggregate(relation),
        );
      case 6:
        return query(
          `SELECT $0, $1 FROM ${from} GROUP BY $0 HAVING $2 IS NOT NULL`,
          column,
          this.aggregate(relation),
          this.aggregate(relation),
        );
      case 7:
        return query(`SELECT count(*) FROM ${from} WHERE $0 IN (SELECT $1 FROM events)`, column, {
          ...this.expression(column.type, events, 2),
        });
      case 8:
        return query(
          `SELECT $0, (SELECT max($1) FROM events) FROM ${from}`,
          item(),
          random.pick(groupable(events)),
        );
      case 9:
        return query(
          "SELECT e.id, n.name FROM events e LEFT JOIN nation n ON e.id = n.nationkey AND n.name > 'C' ORDER BY 1, 2",
        );
      case 10:
        return query(
          `SELECT $0 AS a, u.* FROM ${from} CROSS JOIN UNNEST($1) WITH ORDINALITY AS u(v, o)`,
          item(),
          this.expression(random.pick(["array(bigint)", "array(varchar)", "array(double)"]), relation, 2),
        );
      case 11:
        return query(
          `SELECT $0 AS g, count(*), $1 FROM ${from} GROUP BY 1`,
          item(),
          this.aggregate(relation),
        );
      case 12:
        return query(
          `WITH w AS (SELECT $0 AS a, $1 AS b FROM ${from}) SELECT a, count(b) FROM w GROUP BY a`,
          item(),
          item(),
        );
      case 13:
        return query(
          `SELECT EXISTS (SELECT 1 FROM events WHERE $1), $0 FROM ${from}`,
          item(),
          this.expression("boolean", events, 2),
        );
      case 14:
        return query(`SELECT * FROM (VALUES ($0, $1), ($2, $3)) AS v(a, b)`, ...this.rows());
      default:
        return query(`SELECT $0 AS a, $1 AS b FROM ${from}`, item(), item());
    }
  }

  private rows(): Node[] {
    const row = [this.random.pick(types), this.random.pick(types)];
    return [...row, ...row].map((type) => this.expression(type, oneRow, 2));
  }

  private aggregate(place: Place): Node {
    const type = this.random.pick(types.filter((one) => (aggregatesOf.get(one)?.length ?? 0) > 0));
    const production = this.random.pick(aggregatesOf.get(type) ?? []);
    const call = this.filled(production, place, 2, tried);
    if (this.random.chance(0.1) && call.parts.length === 1)
      return { ...call, text: call.text.replace("(", "(DISTINCT ") };
    if (!this.random.chance(0.2)) return call;
    return {
      ...call,
      text: `${call.text} FILTER (WHERE $${call.parts.length})`,
      parts: [...call.parts, tried(this.expression("boolean", place, 1))],
    };
  }

  private window(relation: Relation): Node {
    const { random } = this;
    const key = random.pick(groupable(relation));
    const value = random.pick(relation.columns);
    const number = random.pick(relation.columns.filter(({ type }) => numeric.test(type)));
    const partition = random.chance(0.7) ? "PARTITION BY $1 " : "";
    const frame = random.pick([
      "",
      "",
      "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
      "ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING",
      "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
      "GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW",
    ]);
    const framed = [
      "count($0)",
      "min($2)",
      "max($2)",
      "sum($2)",
      "avg($2)",
      "first_value($0)",
      "last_value($0)",
      "nth_value($0, 2)",
      "count(*)",
    ];
    const ranked = [
      "rank()",
      "dense_rank()",
      "row_number()",
      "ntile(3)",
      "percent_rank()",
      "cume_dist()",
      "lag($0)",
      "lead($0, 2)",
      "lag($2, 1, $2)",
    ];
    const call = random.chance(0.6) ? random.pick(framed) : random.pick(ranked);
    const suffix = framed.includes(call) ? frame : "";
    return {
      type: "window",
      text: `${call} OVER (${partition}ORDER BY ${relation.keys} ${suffix})`,
      parts: [value, key, number ?? leaf("integer", "1")],
    };
  }

  private filled(production: Production, place: Place, depth: number, around = (node: Node) => node): Node {
    return {
      type: production.returns,
      text: production.text,
      parts: production.parameters.map((type, index) =>
        around(this.expression(type, within(place, production.lambdas?.[index]), depth - 1)),
      ),
    };
  }

  private expression(type: string, place: Place, depth: number): Node {
    const { random } = this;
    // Now and then a type that doesn't belong there: what Trino refuses is to be refused.
    if (random.chance(0.004)) return this.expression(random.pick(types), place, depth);
    const own = place.columns.filter((column) => column.type === type);
    if (depth <= 0 || random.chance(0.15))
      return own.length > 0 && random.chance(0.6)
        ? random.pick(own)
        : leaf(type, random.pick(literals[type] ?? ["NULL"]));
    const some = (random.chance(0.6) ? functionsOf : operatorsOf).get(type) ?? [];
    const productions = some.length > 0 ? some : (operatorsOf.get(type) ?? []);
    return this.filled(random.pick(productions), place, depth);
  }
}

const numeric = /^(?:tinyint|smallint|integer|bigint|double|real|decimal)$/;

const groupable = ({ columns: all }: Relation): readonly Node[] =>
  all.filter(({ type }) => !/[(]/.test(type));

const within = (place: Place, given: readonly Argument[] | undefined): Place =>
  given ? { columns: [...given.map(({ name, type }) => leaf(type, name)), ...place.columns] } : place;

/** What fails in some rows only is compared in the others. */
const tried = (node: Node): Node =>
  node.parts.length === 0 ? node : { type: node.type, text: "try($0)", parts: [node] };

const simplest = (type: string): readonly string[] => literals[type]?.slice(0, 2) ?? [];

/** The statements that are a step smaller. */
export function* smallerStatements({ node, frame }: Statement): Generator<Statement> {
  if (frame) {
    const { where, groupBy, relation } = frame;
    if (relation !== oneRow) yield { node, frame: { ...frame, relation: oneRow, where: undefined } };
    if (where) yield { node, frame: { ...frame, where: undefined } };
    if (groupBy && groupBy.length > 0) yield { node, frame: { ...frame, groupBy: [] } };
    if (where)
      for (const other of smaller(where, simplest)) yield { node, frame: { ...frame, where: other } };
  }
  for (const other of smaller(node, simplest)) yield { node: other, ...(frame && { frame }) };
}
