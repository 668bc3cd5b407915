import type { DuckDBConnection } from "@duckdb/node-api";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { Footers } from "../footers";
import { type LakeObject, listObjects, listPartitions } from "../partitions";
import { formatOf, relationOf } from "../relation";
import type { BoundQuery, CatalogTable, Constant } from "../trino/bind/tree";
import { bind, type CompileOptions, emit, resultColumns } from "../trino/compile";
import { decoder } from "../trino/functions/javascript/values";
import { registerFunctions } from "../trino/functions/registry";
import { parseStatement } from "../trino/parse";
import type { Statement } from "../trino/parse/ast";
import { TrinoError } from "../trino/types/errors";
import { quoteName } from "../trino/types/quote";
import type { Answer } from "./answer";
import { GlueCatalog } from "./catalog";
import { clientWriter } from "./client-values";
import { toTrinoError } from "./errors";
import { VirtualTable } from "./information-schema";
import { fromPhysical } from "./physical";
import { checkParameters, PreparedStatements } from "./prepared";
import { scansOf } from "./scans";
import { answerShow } from "./show";

const nothing: Answer = { columns: [], rows: [] };

/** Runs statements over the objects of a lake: each reads only the tables that it names. */
export class Engine {
  private readonly catalog: GlueCatalog;
  private readonly footers: Footers;
  private readonly prepared = new PreparedStatements();

  constructor(
    tables: readonly GlueTable[],
    private readonly lakeFolder: string,
    private readonly now: () => Date,
    private readonly connection: DuckDBConnection,
  ) {
    this.catalog = new GlueCatalog(tables);
    this.footers = new Footers(connection);
  }

  /** @throws TrinoError where the statement is wrong, or fails while it runs. */
  async ask(sql: string, parameters: readonly Constant[] = []): Promise<Answer> {
    const { statement, parameters: expected } = parseStatement(sql);
    if (statement.kind !== "Prepare") checkParameters(expected, parameters.length, statement);
    switch (statement.kind) {
      case "Prepare":
        this.prepared.prepare(statement, expected);
        return nothing;
      case "Deallocate":
        this.prepared.deallocate(statement.name.value);
        return nothing;
      case "Execute":
      case "ExecuteImmediate":
        return this.answer(this.prepared.execute(statement), parameters);
      default:
        return this.answer(statement, parameters);
    }
  }

  private async answer(statement: Statement, parameters: readonly Constant[]): Promise<Answer> {
    const options = this.options(parameters);
    const shown = answerShow(statement, this.catalog, options.schema);
    if (shown) return shown;
    const query = statement.kind === "Explain" ? statement.statement : statement;
    if (query.kind !== "Query")
      throw new TrinoError("NOT_SUPPORTED", `${statement.kind} is not supported here`);
    const bound = bind(query, options);
    if (statement.kind === "Explain") return nothing;
    return this.run(bound);
  }

  private options(parameters: readonly Constant[]): CompileOptions {
    return {
      catalog: this.catalog,
      schema: this.catalog.schemas[0] ?? "default",
      session: { zone: "UTC", startMicros: BigInt(this.now().getTime()) * 1000n, user: "local" },
      parameters,
    };
  }

  private async run(bound: BoundQuery): Promise<Answer> {
    const { session } = this.options([]);
    const sources = new Map<CatalogTable, string>();
    for (const scan of scansOf(bound))
      if (!sources.has(scan.table)) sources.set(scan.table, await this.sourceOf(scan.table));
    const { sql, functions } = emit(bound, session, ({ table, columns, used }) => {
      const shown = columns.filter(({ id }) => used.has(id));
      const items = shown.map(
        ({ name, type }) => `${fromPhysical(quoteName(name), type)} AS ${quoteName(name)}`,
      );
      return `(SELECT ${items.length > 0 ? items.join(", ") : "1 AS one"} FROM (${sources.get(table)}) AS t) AS t`;
    });
    registerFunctions(this.connection, functions);
    const columns = resultColumns(bound);
    try {
      const reader = await this.connection.runAndReadAll(sql);
      const write = columns.map(({ type }) => {
        const decode = decoder(type);
        const toClient = clientWriter(type);
        return (value: Parameters<typeof decode>[0]) => toClient(decode(value));
      });
      const rows = reader.getRows().map((row) => row.map((value, index) => write[index]?.(value) ?? null));
      return { columns, rows };
    } catch (error) {
      throw toTrinoError(error, sql);
    }
  }

  private async sourceOf(table: CatalogTable): Promise<string> {
    if (table.source instanceof VirtualTable) return table.source.sql();
    const glue = table.source as GlueTable;
    const partitions = await listPartitions(glue, this.lakeFolder, this.now());
    const objects: LakeObject[] = (await Promise.all(partitions.map(listObjects))).flat();
    if (objects.length > 0 && formatOf(glue) === "parquet") await this.footers.load(objects);
    return relationOf(glue, { objects, footers: this.footers, lakeFolder: this.lakeFolder, withPath: true });
  }
}
