import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Lake, openLake, type QueryColumn, QueryError } from "@streaming-data-lake/lake";
import { inside } from "@streaming-data-lake/lake/paths";
import type { Runner } from "@streaming-data-lake/runner";
import { authorizeStatement, statementSteps } from "@streaming-data-lake/runner/access/athena";
import { splitLocation } from "@streaming-data-lake/runner/access/s3";
import { replaceFile } from "@streaming-data-lake/runner/files/write";
import type { RunnerState } from "@streaming-data-lake/runner/runner";
import type { Stack } from "@streaming-data-lake/terraform/types";
import type { Identity } from "../../server/credentials";
import type { ObjectStore } from "../s3/store";
import { kindOf, type StatementKind, withParameters } from "./classify";
import { columnInfo } from "./column-info";
import { metadataFile, statementId } from "./metadata-file";
import { csvLine, headerNames, textLine, valuesOf } from "./results";
import { invalidRequest, outputOf, type WorkgroupRules } from "./workgroups";

export type State = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** The execution of a statement, which is stored when it has ended. Times are milliseconds since 1970. */
export interface AthenaExecution {
  readonly id: string;
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly kind: StatementKind;
  readonly workgroup: string;
  readonly database: string | undefined;
  readonly catalog: string | undefined;
  readonly outputLocation: string;
  readonly submitted: number;
  state: State;
  started?: number;
  completed?: number;
  reason?: string;
  /** Trino's name of the error, when the statement is wrong. `errorPlace` is its position; both numbers begin at 1. */
  errorCode?: string;
  errorPlace?: { readonly line: number; readonly column: number };
  columns?: readonly QueryColumn[];
  bytesScanned?: number;
  /** Notes for the reader of the result. */
  notes?: readonly string[];
  /** Number of rows in the result. It grows while the result is written. */
  rows?: number;
  /** Number of rows that the statement wrote to a table. */
  updated?: number;
}

export interface StartedQuery {
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly workgroup: WorkgroupRules;
  readonly database: string | undefined;
  readonly catalog: string | undefined;
  readonly outputLocation: string | undefined;
  readonly token: string | undefined;
  readonly identity: Identity;
}

/** What the executions need from their surroundings. */
interface Surroundings {
  readonly stack: Stack;
  readonly runner: Runner;
  readonly state: RunnerState;
  readonly objects: ObjectStore;
  readonly folder: string;
  readonly onTrouble: (message: string) => void;
}

/** The execution that belongs to a ClientRequestToken, and the request that started it. */
interface Tokened {
  readonly id: string;
  readonly asked: string;
}

/** Runs statements asynchronously, as Athena does, and writes each result to an object in a bucket. */
export class Executions {
  private readonly known = new Map<string, AthenaExecution>();
  private readonly running = new Map<string, AbortController>();
  private readonly tokens = new Map<string, Tokened>();
  private readonly lakes = new Map<string, Promise<Lake>>();
  private readonly folder: string;

  constructor(private readonly world: Surroundings) {
    this.folder = inside(world.folder, "athena");
    mkdirSync(this.folder, { recursive: true });
  }

  /** @throws AwsError InvalidRequestException */
  start(asked: StartedQuery): AthenaExecution {
    const { workgroup, sql, token } = asked;
    const text = JSON.stringify([
      sql,
      asked.parameters,
      workgroup.name,
      asked.database,
      asked.outputLocation,
    ]);
    const before = token === undefined ? undefined : this.tokens.get(token);
    if (before) {
      if (before.asked !== text) throw invalidRequest("Idempotent parameters do not match");
      return this.get(before.id);
    }
    const kind = kindOf(sql);
    const location = outputOf(workgroup, asked.outputLocation);
    const { bucket } = splitLocation(location);
    if (!this.world.objects.hasBucket(bucket))
      throw invalidRequest(
        `Unable to verify/create output bucket ${bucket}. Please check your permission or the bucket's name`,
      );
    const id = randomUUID();
    const suffix = { csv: `${id}.csv`, text: `${id}.txt`, none: id }[kind.output];
    const execution: AthenaExecution = {
      id,
      sql,
      parameters: asked.parameters,
      kind,
      workgroup: workgroup.name,
      database: asked.database,
      catalog: asked.catalog,
      outputLocation: `${location}${suffix}`,
      submitted: Date.now(),
      state: "QUEUED",
    };
    this.known.set(id, execution);
    if (token !== undefined) this.tokens.set(token, { id, asked: text });
    const stop = new AbortController();
    this.running.set(id, stop);
    void this.run(execution, asked, stop.signal).finally(() => {
      this.running.delete(id);
      this.keep(execution);
      this.measure(execution, workgroup);
    });
    return execution;
  }

  /** @throws AwsError InvalidRequestException */
  get(id: string | undefined): AthenaExecution {
    const execution =
      id !== undefined && /^[\w-]+$/.test(id) ? (this.known.get(id) ?? this.read(id)) : undefined;
    if (!execution) throw invalidRequest(`QueryExecution ${id} was not found`);
    return execution;
  }

  /** The executions of a workgroup, newest first. */
  list(workgroup: string): readonly AthenaExecution[] {
    const ids = new Set([
      ...this.known.keys(),
      ...readdirSync(this.folder).flatMap((name) => /^(.*)\.json$/.exec(name)?.[1] ?? []),
    ]);
    return [...ids]
      .flatMap((id) => this.known.get(id) ?? this.read(id) ?? [])
      .filter((execution) => execution.workgroup === workgroup)
      .sort((a, b) => b.submitted - a.submitted);
  }

  stop(id: string | undefined): void {
    const { id: known } = this.get(id);
    this.running.get(known)?.abort(new Error("Query cancelled by user"));
  }

  /**
   * The lake of a workgroup. Each workgroup has its own, since prepared statements belong to a workgroup. Statements of
   * one lake run one after the other.
   */
  lake({ name }: Pick<WorkgroupRules, "name">): Promise<Lake> {
    const { stack, runner } = this.world;
    const lake = this.lakes.get(name) ?? openLake(stack, runner.lakeFolder, { workgroup: name });
    this.lakes.set(name, lake);
    return lake;
  }

  async close(): Promise<void> {
    const ended = [...this.running.values()];
    for (const stop of ended) stop.abort(new Error("the runner has ended"));
    for (const lake of this.lakes.values()) await lake.then(({ close }) => close()).catch(() => {});
  }

  private async run(
    execution: AthenaExecution,
    { workgroup, identity, parameters }: StartedQuery,
    signal: AbortSignal,
  ) {
    try {
      const lake = await this.lake(workgroup);
      const { stack, runner } = this.world;
      await this.write(execution, lake, withParameters(execution.sql, parameters), {
        signal,
        executionId: execution.id,
        ...(execution.database !== undefined && { database: execution.database }),
        authorize: (access) => {
          // A queued statement begins to run here.
          begin(execution);
          if (identity.kind === "role")
            authorizeStatement(
              statementSteps(stack, identity.role, workgroup.name, access),
              runner.access.authorize,
            );
        },
      });
      const { cutoffBytes } = workgroup;
      if (cutoffBytes !== undefined && (execution.bytesScanned ?? 0) > cutoffBytes)
        return end(execution, "CANCELLED", `Bytes scanned limit was exceeded`);
      end(execution, "SUCCEEDED");
    } catch (error) {
      if (signal.aborted) return end(execution, "CANCELLED", (signal.reason as Error).message);
      const isKnown = error instanceof QueryError;
      if (!isKnown) this.world.onTrouble(`athena: ${execution.id} failed: ${(error as Error).message}`);
      if (isKnown && error.refusal) {
        const { code, line, column } = error.refusal;
        execution.errorCode = code;
        if (line !== undefined && column !== undefined) execution.errorPlace = { line, column };
      }
      end(execution, "FAILED", sentenceOf(error as Error));
    }
  }

  private async write(
    execution: AthenaExecution,
    lake: Lake,
    sql: string,
    options: NonNullable<Parameters<Lake["stream"]>[3]>,
  ): Promise<void> {
    const { output } = execution.kind;
    const lines = new Lines();
    const store = this.world.objects;
    const written = store.write(lines);
    // The promise is awaited below. If writing fails, the lines must end, so that the statement does not wait for it.
    written.catch(() => lines.end());
    try {
      let hasHeader = false;
      const header = (columns: readonly QueryColumn[]) => {
        if (hasHeader) return;
        hasHeader = true;
        if (output === "csv") lines.push(csvLine(headerNames(columns)));
      };
      const write = output === "csv" ? csvLine : textLine;
      const { columns, statistics } = await lake.stream(
        sql,
        [],
        async (rows, columns) => {
          begin(execution);
          if (output === "none") {
            const [row] = rows;
            const [column] = columns;
            execution.updated = Number(row?.[column?.name ?? ""] ?? 0);
            return;
          }
          header(columns);
          execution.rows = (execution.rows ?? 0) + rows.length;
          let text = "";
          for (const row of rows) text += write(valuesOf(row, columns));
          await lines.take(text);
        },
        { ...options, values: "text" },
      );
      header(columns);
      execution.columns = output === "none" ? [] : columns;
      if (output !== "none") execution.rows ??= 0;
      execution.bytesScanned = statistics.bytesScanned;
      if (statistics.notes.length > 0) execution.notes = statistics.notes;
    } catch (error) {
      lines.end();
      store.discard(await written);
      throw error;
    }
    lines.end();
    const upload = await written;
    if (output === "none") return store.discard(upload);
    const { bucket, key } = splitLocation(execution.outputLocation);
    const metadata = metadataFile(
      statementId(execution.id, execution.submitted),
      columnInfo(execution.columns ?? []),
    );
    const described = await store.write([metadata]);
    for (const [name, { md5, ...bytes }] of [[key, upload] as const, [`${key}.metadata`, described] as const])
      store.commit(bucket, name, bytes, {
        etag: md5.toString("hex"),
        headers: { "content-type": "application/octet-stream" },
      });
  }

  private measure(
    { state, submitted, completed = 0 }: AthenaExecution,
    { name, publishesMetrics }: WorkgroupRules,
  ) {
    if (publishesMetrics && (state === "SUCCEEDED" || state === "FAILED"))
      this.world.state.monitoring.queried({ workgroup: name, state, milliseconds: completed - submitted });
  }

  private keep(execution: AthenaExecution): void {
    try {
      replaceFile(join(this.folder, `${execution.id}.json`), JSON.stringify(execution));
    } catch (error) {
      this.world.onTrouble(`athena: ${execution.id} is not kept: ${(error as Error).message}`);
    }
  }

  private read(id: string): AthenaExecution | undefined {
    const path = join(this.folder, `${id}.json`);
    if (!existsSync(path)) return undefined;
    const execution = JSON.parse(readFileSync(path, "utf8")) as AthenaExecution;
    this.known.set(id, execution);
    return execution;
  }
}

function begin(execution: AthenaExecution): void {
  if (execution.state !== "QUEUED") return;
  execution.state = "RUNNING";
  execution.started = Date.now();
}

function end(execution: AthenaExecution, state: State, reason?: string): void {
  execution.started ??= Date.now();
  execution.completed = Date.now();
  if (reason !== undefined) execution.reason = reason;
  execution.state = state;
}

/** The message of an error, without the excerpt of the statement that is meant for a terminal. */
const sentenceOf = ({ message }: Error): string => message.split("\n\n")[0] ?? message;

/** A queue of texts between a writer and a reader. The writer waits while too much of it is unread. */
class Lines {
  private readonly waiting: Buffer[] = [];
  private bytes = 0;
  private isEnded = false;
  private wake: () => void = () => {};
  private taken: () => void = () => {};

  push(text: string): void {
    if (text === "") return;
    const bytes = Buffer.from(text);
    this.waiting.push(bytes);
    this.bytes += bytes.length;
    this.wake();
  }

  async take(text: string): Promise<void> {
    this.push(text);
    while (this.bytes > 8 * 1024 * 1024 && !this.isEnded)
      await new Promise<void>((resolve) => {
        this.taken = resolve;
      });
  }

  end(): void {
    this.isEnded = true;
    this.wake();
    this.taken();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const bytes = this.waiting.shift();
      if (bytes) {
        this.bytes -= bytes.length;
        this.taken();
        yield bytes;
      } else if (this.isEnded) return;
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }
}
