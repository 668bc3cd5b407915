import { leaf, type Node, smaller, write } from "./node";
import type { Random } from "./random";
import { aggregatesOf, functionsOf, literals, operatorsOf, type Production, types } from "./types";

/** A relation that statements read: its text, and the expressions of its columns. */
interface Table {
  readonly from: string;
  readonly columns: readonly Node[];
}

const columns = (list: Readonly<Record<string, string>>): readonly Node[] =>
  Object.entries(list).map(([text, type]) => leaf(type, text));

const tables: readonly Table[] = [
  {
    from: "events",
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
      dt: "varchar",
      payload: "varchar",
      blob: "varbinary",
      "nested.a": "bigint",
    }),
  },
  {
    from: "sensor_data",
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
    columns: columns({ "n.nationkey": "bigint", "n.name": "varchar", "r.name": "varchar" }),
  },
  { from: "(VALUES 1) v(one)", columns: columns({ one: "integer" }) },
];

/** A statement that can be made smaller. */
export interface Statement {
  readonly table: Table;
  readonly items: readonly Node[];
  readonly where?: Node;
  readonly groupBy?: readonly Node[];
  readonly having?: Node;
}

export function writeStatement({ table, items, where, groupBy, having }: Statement): string {
  const parts = [`SELECT ${items.map(write).join(", ")} FROM ${table.from}`];
  if (where) parts.push(`WHERE ${write(where)}`);
  if (groupBy) parts.push(`GROUP BY ${groupBy.map(write).join(", ")}`);
  if (having) parts.push(`HAVING ${write(having)}`);
  return parts.join(" ");
}

/** Makes typed statements at random. */
export class StatementMaker {
  constructor(private readonly random: Random) {}

  statement(): Statement {
    const { random } = this;
    const table = random.pick(tables);
    const where = random.chance(0.4) ? this.expression("boolean", table, 2) : undefined;
    const base = { table, ...(where && { where }) };
    if (random.chance(0.25)) return { ...base, ...this.groups(table) };
    const items = Array.from({ length: 1 + random.below(2) }, () =>
      this.expression(random.pick(types), table, 3),
    );
    if (random.chance(0.1)) items.push(this.window(table));
    return { ...base, items };
  }

  private groups(table: Table): Pick<Statement, "items" | "groupBy" | "having"> {
    const { random } = this;
    const groupBy = random.chance(0.7) ? [random.pick(table.columns)] : undefined;
    const aggregate = this.aggregate(table);
    const having = random.chance(0.3) ? this.compared(this.aggregate(table)) : undefined;
    return { items: [...(groupBy ?? []), aggregate], ...(groupBy && { groupBy }), ...(having && { having }) };
  }

  private compared(node: Node): Node {
    return { type: "boolean", text: "($0 IS NOT NULL)", parts: [node] };
  }

  private aggregate(table: Table): Node {
    const type = this.random.pick(types.filter((one) => (aggregatesOf.get(one)?.length ?? 0) > 0));
    const production = this.random.pick(aggregatesOf.get(type) ?? []);
    const call = this.filled(production, table, 1);
    const sorted =
      /^(?:array_agg|listagg|map_agg|first|last|max_by|min_by|arbitrary|any_value|histogram|multimap)/.test(
        call.text,
      );
    if (sorted || !this.random.chance(0.2)) return call;
    return {
      ...call,
      text: `${call.text} FILTER (WHERE $${call.parts.length})`,
      parts: [...call.parts, this.expression("boolean", table, 1)],
    };
  }

  private window(table: Table): Node {
    const key = this.random.pick(table.columns);
    const value = this.random.pick(table.columns);
    const call = this.random.pick(["count($0)", "min($0)", "max($0)", "rank()", "dense_rank()"]);
    return { type: "window", text: `${call} OVER (PARTITION BY $1 ORDER BY $0)`, parts: [value, key] };
  }

  private filled(production: Production, table: Table, depth: number): Node {
    return {
      type: production.returns,
      text: production.text,
      parts: production.parameters.map((type) => this.expression(type, table, depth - 1)),
    };
  }

  private expression(type: string, table: Table, depth: number): Node {
    const { random } = this;
    // Now and then a type that doesn't belong there: what Trino refuses is to be refused.
    if (random.chance(0.02)) return this.expression(random.pick(types), table, depth);
    const own = table.columns.filter((column) => column.type === type);
    if (depth <= 0 || random.chance(0.2))
      return own.length > 0 && random.chance(0.6)
        ? random.pick(own)
        : leaf(type, random.pick(literals[type] ?? ["NULL"]));
    const some = (random.chance(0.5) ? functionsOf : operatorsOf).get(type) ?? [];
    const productions = some.length > 0 ? some : (operatorsOf.get(type) ?? []);
    return this.filled(random.pick(productions), table, depth);
  }
}

const simplest = (type: string): readonly string[] => literals[type]?.slice(0, 2) ?? [];

/** The statements that are a step smaller. */
export function* smallerStatements(statement: Statement): Generator<Statement> {
  const { where, having, groupBy, items, table } = statement;
  const one = tables.at(-1);
  if (one && table !== one) yield { ...statement, table: one };
  if (having) yield { ...statement, having: undefined };
  if (where) yield { ...statement, where: undefined };
  if (items.length > 1)
    for (const index of items.keys()) yield { ...statement, items: items.filter((_, at) => at !== index) };
  if (groupBy) yield { ...statement, groupBy: undefined };
  if (where) for (const other of smaller(where, simplest)) yield { ...statement, where: other };
  if (having) for (const other of smaller(having, simplest)) yield { ...statement, having: other };
  for (const [index, item] of items.entries())
    for (const other of smaller(item, simplest))
      yield { ...statement, items: items.map((before, at) => (at === index ? other : before)) };
}
