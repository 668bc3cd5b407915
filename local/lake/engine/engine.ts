import { randomUUID } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import type { BoundQuery, Constant } from "../trino/bind/tree";
import { bind, bindInsertInto, type CompileOptions, emit, resultColumns } from "../trino/compile";
import { decoder } from "../trino/functions/javascript/values";
import { registerFunctions } from "../trino/functions/registry";
import { parseStatement } from "../trino/parse";
import type { Insert, Statement } from "../trino/parse/ast";
import { TrinoError } from "../trino/types/errors";
import { bigint } from "../trino/types/types";
import type { Answer } from "./answer";
import { GlueCatalog } from "./catalog";
import { clientWriter } from "./client-values";
import { toTrinoError } from "./errors";
import { VirtualTable } from "./information-schema";
import { insertInto } from "./insert";
import { checkParameters, PreparedStatements } from "./prepared";
import { pruneBy } from "./prune";
import { scansOf } from "./scans";
import { answerShow } from "./show";
import { SourceReader } from "./sources";

const nothing: Answer = { columns: [], rows: [] };

/** Runs statements over the objects of a lake: each reads only the tables that it names. */
export class Engine {
  private readonly catalog: GlueCatalog;
  private readonly sources: SourceReader;
  private readonly prepared = new PreparedStatements();

  constructor(
    tables: readonly GlueTable[],
    private readonly lakeFolder: string,
    private readonly now: () => Date,
    private readonly connection: DuckDBConnection,
  ) {
    this.catalog = new GlueCatalog(tables, lakeFolder, now);
    this.sources = new SourceReader(connection, lakeFolder, now);
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
    if (statement.kind === "Insert") return this.insert(statement, options);
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

  private async insert(statement: Insert, options: CompileOptions): Promise<Answer> {
    const { table, query } = bindInsertInto(statement, options);
    if (table.source instanceof VirtualTable)
      throw new TrinoError("NOT_SUPPORTED", `${table.schema}.${table.name} takes no rows`);
    const sql = await this.write(query);
    const rows = await insertInto(
      this.connection,
      { table: table.source as GlueTable, sql, outputs: query.outputs, executionId: randomUUID() },
      this.lakeFolder,
    ).catch((error: unknown) => {
      throw toTrinoError(error, sql);
    });
    return { columns: [{ name: "rows", type: bigint }], rows: [[rows]] };
  }

  /** The query in DuckDB's words, whose functions are there when it runs. */
  private async write(bound: BoundQuery): Promise<string> {
    const { session } = this.options([]);
    const prune = pruneBy(bound, this.connection, session);
    const sources = await this.sources.read(scansOf(bound), prune);
    const { sql, functions } = emit(bound, session, (scan) => sources.byScan.get(scan) ?? "");
    registerFunctions(this.connection, functions);
    return sql;
  }

  private async run(bound: BoundQuery): Promise<Answer> {
    const sql = await this.write(bound);
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
}
