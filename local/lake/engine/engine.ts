import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from "@duckdb/node-api";
import type { GlueDatabase, GlueTable } from "@streaming-data-lake/terraform/types";
import { LakeCatalog } from "../catalog/catalog";
import type { CatalogEntry } from "../catalog/snapshot";
import { CatalogStore } from "../catalog/store";
import type { HiveStatement } from "../hive/ast";
import { parseHive } from "../hive/parse";
import type { QueryOptions, TableScan as ScanReport, StatementAccess } from "../result";
import { accessOf } from "../statements/access";
import type { BucketNames, StatementContext } from "../statements/context";
import { runHive } from "../statements/run";
import type { BoundQuery, Expr, TableRelation } from "../trino/bind/tree";
import {
  bind,
  bindInsertInto,
  type CompileOptions,
  emit,
  type ResultColumn,
  resultColumns,
} from "../trino/compile";
import { noTable } from "../trino/emit/context";
import { decoder } from "../trino/functions/javascript/values";
import { registerFunctions, takeUncaught } from "../trino/functions/registry";
import { parseStatement } from "../trino/parse";
import type {
  CreateTableAsSelect,
  Explain,
  ExplainAnalyze,
  Insert,
  Statement,
  Unload,
} from "../trino/parse/ast";
import type { TextPosition } from "../trino/types/errors";
import { errorAt, TrinoError } from "../trino/types/errors";
import { bigint, boolean, varchar } from "../trino/types/types";
import type { StatementAnswer } from "./answer";
import { athenaText } from "./athena-text";
import { GlueCatalog } from "./catalog";
import { type ClientValue, clientWriter, type ValueShape } from "./client-values";
import { toTrinoError } from "./errors";
import { planAnswer, planText } from "./explain";
import { filtersOf } from "./prune";
import { isGathered, namedIn } from "./scans";
import { SourceReader } from "./sources";
import { accessOfQuery, definitionOf, definitionsOfQuery, definitionsOfShow } from "./statements/access";
import { VirtualTable } from "./statements/information-schema";
import { KnownQueries, StatementSession } from "./statements/known-queries";
import { checkParameters, PreparedStatements } from "./statements/prepared";
import { answerShow } from "./statements/show";
import { type QueryWorkgroup, workgroupOf } from "./surroundings";
import { createTableAs, glueTableOf, isNew, newTable, targetOf } from "./tables/create-table-as";
import { insertInto } from "./tables/insert";
import { unloading, unloadRows } from "./tables/unload";
import { createView, dropView, showCreateView } from "./tables/views";

/** A statement that has started. Its rows are produced while they are read. */
export interface Execution {
  readonly columns: readonly ResultColumn[];
  /** The rows, with their values by position, in chunks of some hundreds or thousands. */
  readonly chunks: AsyncGenerator<ClientValue[][]>;
  readonly bytesScanned: number;
  readonly tables: readonly ScanReport[];
  /** Notes for the reader of the result. */
  readonly notes: readonly string[];
}

export interface EngineOptions {
  readonly tables: readonly GlueTable[];
  readonly databases?: readonly GlueDatabase[];
  /** The stack's prepared statements, by their names in lower case. */
  readonly prepared?: ReadonlyMap<string, string>;
  readonly lakeFolder: string;
  /**
   * Folder in which databases, tables and views that statements create are stored.
   * @default ".catalog" in the lake's folder
   */
  readonly catalogFolder?: string;
  readonly now: () => Date;
  readonly connection: DuckDBConnection;
  /** The database of table names that have no database. @default the stack's first, else "default" */
  readonly database?: string;
  /**
   * The workgroup of statements that do not name one.
   * @default "primary", with results in s3://athena-query-results/
   */
  readonly workgroup?: QueryWorkgroup;
  /** The buckets that a LOCATION may name. @default any bucket */
  readonly buckets?: BucketNames;
}

/** The options of one statement. */
export interface Asked {
  readonly parameters?: readonly Expr[];
  /** Prefix of the names of the objects that the statement writes. @default a random UUID */
  readonly executionId?: string;
  /** The database of table names that have no database. @default the engine's */
  readonly database?: string;
  /** The workgroup in which the statement runs. @default the engine's */
  readonly workgroup?: QueryWorkgroup;
  /** The form of the result's values. @default "list" */
  readonly shape?: ValueShape;
  readonly authorize?: QueryOptions["authorize"];
}

type Options = CompileOptions & { readonly session: StatementSession };

/** What a statement accesses besides the tables that it reads. */
type Target = Omit<StatementAccess, "reads">;

interface Request {
  /** The text of the statement, which is stored for views and prepared statements. */
  readonly sql: string;
  readonly catalog: GlueCatalog;
  readonly options: Options;
  readonly executionId: string;
  readonly workgroup: QueryWorkgroup;
  readonly shape: ValueShape;
  readonly authorize: QueryOptions["authorize"];
}

/** The result of a statement that writes rows. */
interface Counted {
  readonly rows: number;
  readonly notes?: readonly string[];
}

/** A query translated to DuckDB's SQL, together with the sources that it reads. */
interface Written {
  readonly sql: string;
  readonly bytesScanned: number;
  readonly tables: readonly ScanReport[];
  readonly rows: ReadonlyMap<TableRelation, number>;
  readonly notes: readonly string[];
  release(): void;
}

/** Runs statements over the objects of a lake, one at a time. Each statement reads only the tables that it names. */
export class Engine {
  readonly catalog: LakeCatalog;
  private described: GlueCatalog | undefined;
  private readonly sources: SourceReader;
  private readonly prepared: PreparedStatements;
  private readonly known = new KnownQueries();
  /** When the running statement began. Microseconds since 1970. */
  private startMicros = 0n;

  constructor(private readonly engine: EngineOptions) {
    const { lakeFolder, now, connection, prepared } = engine;
    const { catalogFolder = join(lakeFolder, ".catalog") } = engine;
    this.catalog = new LakeCatalog(engine, new CatalogStore(catalogFolder));
    this.sources = new SourceReader(connection, lakeFolder, now);
    this.prepared = new PreparedStatements(this.catalog, prepared ?? new Map());
  }

  /**
   * Runs a statement and returns its complete result.
   *
   * @throws TrinoError when the statement is invalid or fails while it runs.
   */
  async ask(sql: string, asked: Asked = {}): Promise<StatementAnswer> {
    const { columns, chunks } = await this.start(sql, asked);
    const rows: ClientValue[][] = [];
    for await (const chunk of chunks) for (const row of chunk) rows.push(row);
    return { columns, rows };
  }

  /** Starts a statement. No other statement may start until its chunks have been read. */
  async start(
    sql: string,
    {
      parameters = [],
      executionId = randomUUID(),
      database,
      shape = "list",
      authorize,
      ...asked
    }: Asked = {},
  ): Promise<Execution> {
    const workgroup = asked.workgroup ?? this.engine.workgroup ?? workgroupOf({ tables: [] });
    const catalog = await this.currentCatalog();
    const schema = (database ?? this.engine.database ?? catalog.snapshot.usualDatabase).toLowerCase();
    const options = this.options(catalog, schema, parameters);
    const request: Request = { sql, catalog, options, executionId, workgroup, shape, authorize };
    const known = parameters.length === 0 ? this.known.find(sql, schema, catalog) : undefined;
    if (known) return this.select(known, request);
    const hive = readHive(sql);
    if (hive) {
      authorize?.(accessOf(hive, catalog.snapshot, schema));
      return this.define(hive, schema);
    }
    const { statement, parameters: expected } = parseStatement(sql);
    if (statement.kind !== "Prepare") checkParameters(expected, parameters.length, statement);
    switch (statement.kind) {
      case "Query": {
        const query = bind(statement, options);
        if (parameters.length === 0 && !options.session.isTimeUsed) this.known.add(sql, schema, query);
        return this.select(query, request);
      }
      case "Prepare":
        if (authorize) {
          const isThere = await this.prepared.has(workgroup.name, statement.name.value);
          authorize({ reads: [], prepared: isThere ? "update" : "create" });
        }
        await this.prepared.prepare(workgroup.name, statement.name.value, textFrom(sql, statement.statement));
        return done;
      case "Deallocate":
        authorize?.({ reads: [], prepared: "deallocate" });
        await this.prepared.deallocate(workgroup.name, statement.name.value);
        return done;
      case "Execute":
      case "ExecuteImmediate": {
        if (statement.kind === "Execute") authorize?.({ reads: [], prepared: "execute" });
        const executed = await this.prepared.execute(workgroup.name, statement);
        return this.run(executed.statement, { ...request, sql: executed.sql });
      }
      default:
        return this.run(statement, request);
    }
  }

  /** Returns the current catalog, which is described again only after it has changed. */
  private async currentCatalog(): Promise<GlueCatalog> {
    const snapshot = await this.catalog.snapshot();
    if (this.described?.snapshot !== snapshot)
      this.described = new GlueCatalog(snapshot, this.engine.lakeFolder, this.engine.now);
    return this.described;
  }

  private async define(statement: HiveStatement, database: string): Promise<Execution> {
    const { lakeFolder, now, buckets } = this.engine;
    const context: StatementContext = {
      catalog: this.catalog,
      database,
      lakeFolder,
      now,
      ...(buckets && { buckets }),
    };
    const said = await runHive(statement, context);
    if (!said) return done;
    const columns = [{ name: said.column, type: varchar }];
    return execution({ columns, rows: said.lines.map((line) => [line]) });
  }

  private options(catalog: GlueCatalog, schema: string, parameters: readonly Expr[]): Options {
    this.startMicros = BigInt(this.engine.now().getTime()) * 1000n;
    return { catalog, schema, session: new StatementSession(() => this.startMicros), parameters };
  }

  private async run(statement: Statement, request: Request): Promise<Execution> {
    const { options, catalog } = request;
    const context = { catalog: this.catalog, database: options.schema, now: this.engine.now };
    switch (statement.kind) {
      case "Query":
        return this.select(bind(statement, options), request);
      case "Insert":
        return this.insert(statement, request);
      case "CreateTableAsSelect":
        return this.createTable(statement, request);
      case "Unload":
        return this.unload(statement, request);
      case "CreateView": {
        const query = bind(statement.query, options);
        const { database, name } = targetOf(statement.name, options.schema);
        const does = catalog.find(database, name) ? "alter table" : "create table";
        request.authorize?.({
          reads: [],
          definitions: [...definitionsOfQuery(query), { does, database, table: name }],
        });
        await createView(statement, textFrom(request.sql, statement.query), query, context);
        return done;
      }
      case "Explain":
      case "ExplainAnalyze":
        return this.explain(statement, request);
      case "ShowCreate":
        if (statement.object === "VIEW") {
          const definitions = [definitionOf("show table", statement.name, options.schema)];
          request.authorize?.({ reads: [], definitions });
          const lines = showCreateView(statement, catalog.snapshot, options.schema);
          return execution({
            columns: [{ name: "Create View", type: varchar }],
            rows: lines.map((line) => [line]),
          });
        }
        break;
      case "DropView": {
        const definitions = [definitionOf("drop table", statement.name, options.schema)];
        request.authorize?.({ reads: [], definitions });
        await dropView(statement, context);
        return done;
      }
    }
    return this.show(statement, request);
  }

  private show(statement: Statement, { options, catalog, authorize }: Request): Execution {
    const definitions = definitionsOfShow(statement, options.schema);
    if (definitions.length > 0) authorize?.({ reads: [], definitions });
    const shown = answerShow(statement, catalog, options.schema);
    if (!shown) throw refusal(statement);
    return execution(shown);
  }

  private async select(bound: BoundQuery, request: Request): Promise<Execution> {
    const { sql, ...scanned } = await this.write(bound, request);
    const { shape } = request;
    const columns = resultColumns(bound);
    const read = {
      shape,
      run: isGathered(bound, scanned.rows) ? "run" : "stream",
      release: scanned.release,
    } as const;
    return { columns, chunks: this.rows(sql, columns, read), ...scanned };
  }

  private async *rows(
    sql: string,
    columns: readonly ResultColumn[],
    { shape, run, release }: { shape: ValueShape; run: "run" | "stream"; release: () => void },
  ): AsyncGenerator<ClientValue[][]> {
    const write = columns.map(({ type }) => {
      const decode = decoder(type);
      const toClient = shape === "text" ? athenaText(type) : clientWriter(type, shape);
      return (value: DuckDBValue) => {
        const plain = decode(value);
        return plain === null ? null : toClient(plain);
      };
    });
    try {
      for await (const chunk of chunksOf(this.engine.connection, sql, run)) yield rowsOf(chunk, write);
      throwUncaught(this.engine.connection);
    } catch (error) {
      throw toTrinoError(error);
    } finally {
      release();
    }
  }

  /** Translates the query to DuckDB's SQL over the objects that exist now. */
  private async write(bound: BoundQuery, request: Request, target: Target = {}): Promise<Written> {
    const { connection } = this.engine;
    const { session } = request.options;
    const { scans } = namedIn(bound);
    request.authorize?.({ ...accessOfQuery(bound), ...target });
    const filterOf = filtersOf(bound, connection, session);
    const { byScan, clause, ...scanned } = await this.sources.read(scans, filterOf);
    const { sql, functions } = emit(bound, session, (scan) => byScan.get(scan) ?? noTable());
    registerFunctions(connection, functions);
    takeUncaught(connection);
    return { sql: clause === "" ? sql : `${clause}(${sql})`, ...scanned };
  }

  /** Runs a function that writes rows, and returns the number of rows as the statement's result. */
  private async counted(
    query: BoundQuery,
    request: Request,
    run: (sql: string) => Promise<Counted>,
    target: Target,
  ): Promise<Execution> {
    const { sql, ...scanned } = await this.write(query, request, target);
    try {
      const { rows, notes = [] } = await run(sql);
      throwUncaught(this.engine.connection);
      return { ...rowCount(rows), ...scanned, notes: [...scanned.notes, ...notes] };
    } catch (error) {
      throw toTrinoError(error);
    } finally {
      scanned.release();
    }
  }

  private async insert(statement: Insert, request: Request): Promise<Execution> {
    const { executionId } = request;
    const { table, query } = bindInsertInto(statement, request.options);
    if (table.source instanceof VirtualTable)
      throw new TrinoError("NOT_SUPPORTED", `${table.schema}.${table.name} takes no rows`);
    const entry = table.source as CatalogEntry;
    const types = table.columns.filter(({ hidden }) => !hidden).map(({ type }) => type);
    return this.counted(
      query,
      request,
      (sql) =>
        insertInto(
          { entry, sql, outputs: query.outputs, types, executionId, now: this.engine.now() },
          this.destination,
        ),
      { writes: entry.table },
    );
  }

  private get destination() {
    const { connection, lakeFolder, buckets } = this.engine;
    return { connection, lakeFolder, catalog: this.catalog, ...(buckets && { buckets }) };
  }

  private async createTable(statement: CreateTableAsSelect, request: Request): Promise<Execution> {
    const { options, executionId, catalog, workgroup } = request;
    const { now } = this.engine;
    const { snapshot } = catalog;
    const context = {
      ...this.destination,
      snapshot,
      database: options.schema,
      outputLocation: workgroup.outputLocation,
      executionId,
      now,
    };
    if (!isNew(statement, context)) return rowCount(0);
    const query = bind(statement.query, options);
    const made = newTable(statement, query, context);
    const makes = glueTableOf(made);
    if (!statement.withData) {
      request.authorize?.({ reads: [], definitions: definitionsOfQuery(query), makes });
      return rowCount(await createTableAs(made, query, undefined, context));
    }
    return this.counted(
      query,
      request,
      async (sql) => ({ rows: await createTableAs(made, query, sql, context) }),
      { makes },
    );
  }

  private async unload(statement: Unload, request: Request): Promise<Execution> {
    const { options, executionId } = request;
    const query = bind(statement.query, options);
    const what = unloading(statement, query, this.destination);
    return this.counted(
      query,
      request,
      async (sql) => ({ rows: await unloadRows(what, query, sql, { ...this.destination, executionId }) }),
      { unloads: what.location },
    );
  }

  /** The plan is DuckDB's, preceded by the tables and partitions that the statement reads. It is not Athena's plan. */
  private async explain(node: Explain | ExplainAnalyze, request: Request): Promise<Execution> {
    const { options } = request;
    const { statement } = node;
    if (node.kind === "ExplainAnalyze" && statement.kind !== "Query") throw refusal(node);
    const bound = boundOf(statement, options);
    if (!bound) return this.show(statement, request);
    if (node.kind === "Explain" && node.type === "VALIDATE") {
      request.authorize?.({ reads: [], definitions: definitionsOfQuery(bound) });
      return execution({ columns: [{ name: "Valid", type: boolean }], rows: [[true]] });
    }
    const { sql, ...sources } = await this.write(bound, request);
    try {
      const analyze = node.kind === "ExplainAnalyze" ? "ANALYZE " : "";
      const reader = await this.engine.connection.runAndReadAll(`EXPLAIN ${analyze}${sql}`);
      const text = planText(reader.getRows().map((row) => String(row[1])));
      return { ...execution(planAnswer({ text, sources }, node.format ?? "TEXT")), ...sources };
    } catch (error) {
      throw toTrinoError(error);
    } finally {
      sources.release();
    }
  }
}

/** A gathered result is fetched at once, so that its chunks do not each cost a turn of Node's thread pool. */
async function* chunksOf(
  connection: DuckDBConnection,
  sql: string,
  run: "run" | "stream",
): AsyncGenerator<DuckDBDataChunk> {
  if (run === "run") {
    const result = await connection.run(sql);
    for (let index = 0; index < result.chunkCount; index++) yield result.getChunk(index);
    return;
  }
  const result = await connection.stream(sql);
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
    yield chunk;
}

/** The rows of a chunk. They are written column by column, because each column has its own conversion. */
function rowsOf(
  chunk: DuckDBDataChunk,
  write: readonly ((value: DuckDBValue) => ClientValue)[],
): ClientValue[][] {
  const rows = Array.from({ length: chunk.rowCount }, (): ClientValue[] => []);
  for (const [index, convert] of write.entries()) {
    const vector = chunk.getColumnVector(index);
    for (const [at, row] of rows.entries()) row.push(convert(vector.getItem(at)));
  }
  return rows;
}

function throwUncaught(connection: DuckDBConnection): void {
  const error = takeUncaught(connection);
  if (error) throw error;
}

/** The query whose rows a statement reads. */
function boundOf(statement: Statement, options: CompileOptions): BoundQuery | undefined {
  switch (statement.kind) {
    case "Query":
      return bind(statement, options);
    case "Insert":
      return bindInsertInto(statement, options).query;
    case "CreateTableAsSelect":
    case "CreateView":
    case "Unload":
      return bind(statement.query, options);
    default:
      return undefined;
  }
}

/**
 * Parses a statement of Hive's grammar. SHOW and DESCRIBE statements that are not valid in Hive's grammar are left to
 * Trino's.
 */
function readHive(sql: string): HiveStatement | undefined {
  try {
    return parseHive(sql);
  } catch (error) {
    if (!/^\s*(?:SHOW|DESCRIBE|DESC)\b/i.test(sql)) throw error;
    try {
      parseStatement(sql);
    } catch {
      throw error;
    }
    return undefined;
  }
}

/** The text of a statement from the given position to its end. */
function textFrom(sql: string, { line, column }: TextPosition): string {
  const lines = sql.split("\n");
  const first = [...(lines[line - 1] ?? "")].slice(column - 1).join("");
  return [first, ...lines.slice(line)].join("\n").trim().replace(/;$/, "").trimEnd();
}

const transactional = "Modifying Hive table rows is only supported for transactional tables";

/** The error for a statement that can be parsed but that Athena does not run. */
function refusal(statement: Statement): TrinoError {
  const words = statement.kind.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toUpperCase();
  const name = statement.kind === "OtherStatement" ? statement.name : words;
  switch (name) {
    case "DELETE":
    case "UPDATE":
    case "MERGE":
      return new TrinoError("NOT_SUPPORTED", transactional);
    case "CREATE MATERIALIZED VIEW":
      return errorAt(
        statement,
        "NOT_SUPPORTED",
        "This connector does not support creating materialized views",
      );
    case "CREATE TABLE":
      return errorAt(
        statement,
        "NOT_SUPPORTED",
        "CREATE TABLE without EXTERNAL makes Iceberg tables, which are not supported here",
        "CREATE EXTERNAL TABLE … LOCATION 's3://…', or CREATE TABLE … AS SELECT",
      );
    case "USE":
      return errorAt(
        statement,
        "SYNTAX_ERROR",
        "mismatched input 'USE': the database is part of a query's context",
      );
    default:
      return errorAt(statement, "NOT_SUPPORTED", `${name} is not supported`);
  }
}

const rowCount = (rows: number): Execution =>
  execution({ columns: [{ name: "rows", type: bigint }], rows: [[rows]] });

/** The execution of a statement whose result is already known. */
function execution({ columns, rows }: StatementAnswer): Execution {
  async function* chunks() {
    if (rows.length > 0) yield rows.map((row) => [...row]);
  }
  return { columns, chunks: chunks(), bytesScanned: 0, tables: [], notes: [] };
}

/** The execution of a statement that returns no rows. */
const done: Execution = execution({ columns: [], rows: [] });
