import type { DuckDBConnection } from "@duckdb/node-api";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import type { QueryOptions, TableScan as ScanReport } from "../result";
import type { BoundQuery, Expr, TableScan } from "../trino/bind/tree";
import {
  bind,
  bindInsertInto,
  type CompileOptions,
  emit,
  type ResultColumn,
  resultColumns,
} from "../trino/compile";
import { decoder } from "../trino/functions/javascript/values";
import { registerFunctions } from "../trino/functions/registry";
import { parseStatement } from "../trino/parse";
import type { Explain, ExplainAnalyze, Insert, Statement } from "../trino/parse/ast";
import { TrinoError } from "../trino/types/errors";
import { bigint, boolean, varchar } from "../trino/types/types";
import type { Answer } from "./answer";
import { GlueCatalog } from "./catalog";
import { type ClientValue, clientWriter, type RowShape } from "./client-values";
import { toTrinoError } from "./errors";
import { insertInto } from "./insert";
import { pruneBy } from "./prune";
import { scansOf } from "./scans";
import { SourceReader } from "./sources";
import { VirtualTable } from "./statements/information-schema";
import { checkParameters, PreparedStatements } from "./statements/prepared";
import { answerShow } from "./statements/show";

/** A statement that has begun: its rows come while they are read. */
export interface Execution {
  readonly columns: readonly ResultColumn[];
  /** Rows by position, some hundreds or thousands at a time. */
  readonly chunks: AsyncGenerator<ClientValue[][]>;
  readonly bytesScanned: number;
  readonly tables: readonly ScanReport[];
}

export interface EngineOptions {
  readonly tables: readonly GlueTable[];
  readonly lakeFolder: string;
  readonly now: () => Date;
  readonly connection: DuckDBConnection;
  /** @default "list" */
  readonly rowShape?: RowShape;
}

interface Request {
  readonly options: CompileOptions;
  readonly executionId: string;
  readonly authorize: QueryOptions["authorize"];
}

/** A query in DuckDB's words, whose functions are there when it runs, and what it reads. */
interface Written {
  readonly sql: string;
  readonly bytesScanned: number;
  readonly tables: readonly ScanReport[];
}

/** Runs statements over the objects of a lake, one at a time: each reads only the tables that it names. */
export class Engine {
  private readonly catalog: GlueCatalog;
  private readonly sources: SourceReader;
  private readonly prepared = new PreparedStatements();

  constructor(private readonly engine: EngineOptions) {
    const { tables, lakeFolder, now, connection } = engine;
    this.catalog = new GlueCatalog(tables, lakeFolder, now);
    this.sources = new SourceReader(connection, lakeFolder, now);
  }

  /**
   * Runs a statement to its end.
   *
   * @throws TrinoError where the statement is wrong, or fails while it runs.
   */
  async ask(sql: string, parameters: readonly Expr[] = [], executionId = "ask"): Promise<Answer> {
    const { columns, chunks } = await this.start(sql, parameters, executionId);
    const rows: ClientValue[][] = [];
    for await (const chunk of chunks) for (const row of chunk) rows.push(row);
    return { columns, rows };
  }

  /** Begins a statement. Until its chunks are read, no other one may begin. */
  async start(
    sql: string,
    parameters: readonly Expr[],
    executionId: string,
    authorize?: QueryOptions["authorize"],
  ): Promise<Execution> {
    const { statement, parameters: expected } = parseStatement(sql);
    if (statement.kind !== "Prepare") checkParameters(expected, parameters.length, statement);
    const request: Request = { options: this.options(parameters), executionId, authorize };
    switch (statement.kind) {
      case "Prepare":
        this.prepared.prepare(statement, expected);
        return execution({ columns: [], rows: [] });
      case "Deallocate":
        this.prepared.deallocate(statement.name.value);
        return execution({ columns: [], rows: [] });
      case "Execute":
      case "ExecuteImmediate":
        return this.run(this.prepared.execute(statement), request);
      default:
        return this.run(statement, request);
    }
  }

  private options(parameters: readonly Expr[]): CompileOptions {
    const startMicros = BigInt(this.engine.now().getTime()) * 1000n;
    return {
      catalog: this.catalog,
      schema: this.catalog.schemas[0] ?? "default",
      session: { zone: "UTC", startMicros, user: "local" },
      parameters,
    };
  }

  private async run(statement: Statement, request: Request): Promise<Execution> {
    const { options } = request;
    const shown = answerShow(statement, this.catalog, options.schema);
    if (shown) return execution(shown);
    switch (statement.kind) {
      case "Query":
        return this.select(bind(statement, options), request);
      case "Insert":
        return this.insert(statement, request);
      case "Explain":
      case "ExplainAnalyze":
        return this.explain(statement, request);
      default:
        throw notRun(statement);
    }
  }

  private async select(bound: BoundQuery, request: Request): Promise<Execution> {
    const { sql, ...scanned } = await this.write(bound, request);
    const columns = resultColumns(bound);
    return { columns, chunks: this.rows(sql, columns), ...scanned };
  }

  private async *rows(sql: string, columns: readonly ResultColumn[]): AsyncGenerator<ClientValue[][]> {
    const write = columns.map(({ type }) => {
      const decode = decoder(type);
      const toClient = clientWriter(type, this.engine.rowShape);
      return (value: Parameters<typeof decode>[0]) => toClient(decode(value));
    });
    try {
      const result = await this.engine.connection.stream(sql);
      for (
        let chunk = await result.fetchChunk();
        chunk && chunk.rowCount > 0;
        chunk = await result.fetchChunk()
      )
        yield chunk.getRows().map((row) => row.map((value, index) => write[index]?.(value) ?? null));
    } catch (error) {
      throw toTrinoError(error);
    }
  }

  /** The query in DuckDB's words over the objects that are there now. */
  private async write(bound: BoundQuery, request: Request, target?: GlueTable): Promise<Written> {
    const { connection } = this.engine;
    const { session } = request.options;
    const scans = scansOf(bound);
    request.authorize?.({ reads: tablesOf(scans), ...(target && { writes: target }) });
    const prune = pruneBy(bound, connection, session);
    const { byScan, bytesScanned, tables } = await this.sources.read(scans, prune);
    const { sql, functions } = emit(bound, session, (scan) => byScan.get(scan) ?? "");
    registerFunctions(connection, functions);
    return { sql, bytesScanned, tables };
  }

  private async insert(statement: Insert, request: Request): Promise<Execution> {
    const { executionId } = request;
    const { table, query } = bindInsertInto(statement, request.options);
    if (table.source instanceof VirtualTable)
      throw new TrinoError("NOT_SUPPORTED", `${table.schema}.${table.name} takes no rows`);
    const target = table.source as GlueTable;
    const { sql, ...scanned } = await this.write(query, request, target);
    const types = table.columns.filter(({ hidden }) => !hidden).map(({ type }) => type);
    const insertion = { table: target, sql, outputs: query.outputs, types, executionId };
    try {
      const rows = await insertInto(this.engine.connection, insertion, this.engine.lakeFolder);
      return { ...execution({ columns: [{ name: "rows", type: bigint }], rows: [[rows]] }), ...scanned };
    } catch (error) {
      throw toTrinoError(error);
    }
  }

  /** The plan is DuckDB's, over the statement in its words. */
  private async explain(node: Explain | ExplainAnalyze, request: Request): Promise<Execution> {
    const { options } = request;
    const { statement } = node;
    if (node.kind === "ExplainAnalyze" && statement.kind !== "Query") throw notRun(node);
    const bound =
      statement.kind === "Query"
        ? bind(statement, options)
        : statement.kind === "Insert"
          ? bindInsertInto(statement, options).query
          : undefined;
    if (!bound) {
      const shown = answerShow(statement, this.catalog, options.schema);
      if (!shown) throw notRun(statement);
      return execution(shown);
    }
    if (node.kind === "Explain" && node.type === "VALIDATE")
      return execution({ columns: [{ name: "Valid", type: boolean }], rows: [[true]] });
    const { sql, ...scanned } = await this.write(bound, request);
    try {
      const analyze = node.kind === "ExplainAnalyze" ? "ANALYZE " : "";
      const reader = await this.engine.connection.runAndReadAll(`EXPLAIN ${analyze}${sql}`);
      const rows = reader.getRows().map((row) => [String(row[1])]);
      return { ...execution({ columns: [{ name: "Query Plan", type: varchar }], rows }), ...scanned };
    } catch (error) {
      throw toTrinoError(error);
    }
  }
}

/** The stack's tables among what a statement scans. */
function tablesOf(scans: readonly TableScan[]): GlueTable[] {
  const tables = scans.flatMap(({ table: { source } }) =>
    source instanceof VirtualTable ? [] : [source as GlueTable],
  );
  return [...new Set(tables)];
}

/** A statement of Trino's that doesn't run here, by its name: `CREATE VIEW`, `DROP TABLE`, `GRANT`. */
function notRun(statement: Statement): TrinoError {
  const words = statement.kind.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toUpperCase();
  const name =
    statement.kind === "OtherStatement"
      ? statement.name
      : statement.kind === "Drop"
        ? `${words} ${statement.object}`
        : words;
  return new TrinoError(
    "NOT_SUPPORTED",
    `${name} doesn't run here, only SELECT, SHOW, DESCRIBE, EXPLAIN, INSERT INTO, PREPARE and EXECUTE: the catalog's tables come from the stack`,
  );
}

/** An answer that is there already. */
function execution({ columns, rows }: Answer): Execution {
  async function* chunks() {
    if (rows.length > 0) yield rows.map((row) => [...row]);
  }
  return { columns, chunks: chunks(), bytesScanned: 0, tables: [] };
}
