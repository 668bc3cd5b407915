import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { World } from "@streaming-data-lake/aws";
import { AwsError } from "@streaming-data-lake/aws/protocol/errors";
import type { AthenaExecution } from "@streaming-data-lake/aws/services/athena/executions";
import { headerNames, readPage } from "@streaming-data-lake/aws/services/athena/results";
import { type WorkgroupRules, workgroupsOf } from "@streaming-data-lake/aws/services/athena/workgroups";
import { scanPrice } from "@streaming-data-lake/lake/scan-price";
import { parseStatement } from "@streaming-data-lake/lake/trino/parse/index";
import { splitLocation } from "@streaming-data-lake/runner/access/s3";
import type { QueryRequest, QueryRows, QueryState, SavedQuery } from "../api";
import { Refused } from "../server/refused";

/** Number of rows between two known offsets in a result's file. */
const step = 1_000;
/** Largest number of results whose offsets are kept. */
const mostKnown = 20;
const mostListed = 200;

/** Runs statements as Athena does. Results are files in the workgroup's output location and are read page by page. */
export class Statements {
  private readonly workgroups: readonly WorkgroupRules[];
  /** Byte offset of every thousandth row, by the execution's id. */
  private readonly places = new Map<string, number[]>();

  constructor(private readonly world: World) {
    this.workgroups = [...workgroupsOf(world).values()];
  }

  /** @throws Refused 400 */
  start({ sql, database, parameters = [] }: QueryRequest): QueryState {
    try {
      return stateOf(
        this.world.executions.start({
          sql,
          parameters,
          workgroup: this.workgroup(),
          database,
          catalog: undefined,
          outputLocation: this.outputLocation(),
          token: undefined,
          identity: { kind: "user" },
        }),
      );
    } catch (error) {
      throw refused(error);
    }
  }

  /** Executions, including those of AWS clients, latest first. */
  list(): readonly QueryState[] {
    return this.workgroups
      .flatMap(({ name }) => this.world.executions.list(name))
      .sort((a, b) => b.submitted - a.submitted)
      .slice(0, mostListed)
      .map(stateOf);
  }

  state(id: string): QueryState {
    return stateOf(this.execution(id));
  }

  stop(id: string): QueryState {
    const execution = this.execution(id);
    this.world.executions.stop(id);
    return stateOf(execution);
  }

  rows(id: string, from: number, count: number): QueryRows {
    const execution = this.ended(id);
    const { output } = execution.kind;
    if (output === "none") return { from, rows: [] };
    const { path } = this.file(execution);
    const places = this.places.get(id) ?? [startOf(path, output)];
    this.places.delete(id);
    this.places.set(id, places);
    for (const oldest of this.places.keys()) {
      if (this.places.size <= mostKnown) break;
      this.places.delete(oldest);
    }
    while (places.length <= Math.floor(from / step)) {
      const { next } = readPage(path, places.at(-1) ?? 0, step, output);
      if (next === undefined) break;
      places.push(next);
    }
    const known = Math.min(Math.floor(from / step), places.length - 1);
    const skipped = from - known * step;
    const { rows } = readPage(path, places[known] ?? 0, skipped + count, output);
    return { from, rows: rows.slice(skipped).map((row) => row.map((value) => value ?? null)) };
  }

  /** The result's file in the format that Athena writes. */
  csv(id: string): { readonly name: string; readonly body: ReadableStream } {
    const execution = this.ended(id);
    if (execution.kind.output === "none") throw new Refused(404, "this statement has no result");
    const { path } = this.file(execution);
    const name = execution.outputLocation.slice(execution.outputLocation.lastIndexOf("/") + 1);
    return { name, body: Readable.toWeb(createReadStream(path)) as ReadableStream };
  }

  /** Named queries and prepared statements, those of the stack and those of clients. */
  async saved(): Promise<readonly SavedQuery[]> {
    const { stack, catalog } = this.world;
    const { state } = await catalog.snapshot();
    const made = Object.entries(state.prepared).map(([key, sql]) => ({
      name: key.slice(key.indexOf("/") + 1),
      sql,
      description: "",
    }));
    const described = (
      kind: SavedQuery["kind"],
      {
        name,
        sql,
        description,
      }: { readonly name: string; readonly sql: string; readonly description: string },
    ): SavedQuery => ({
      kind,
      name,
      sql,
      parameters: parametersIn(sql),
      ...(description !== "" && { description }),
    });
    return [
      ...stack.namedQueries.map((query) => described("named", query)),
      ...[...stack.preparedStatements, ...made].map((query) => described("prepared", query)),
    ];
  }

  private execution(id: string): AthenaExecution {
    try {
      return this.world.executions.get(id);
    } catch (error) {
      throw refused(error, 404);
    }
  }

  private ended(id: string): AthenaExecution {
    const execution = this.execution(id);
    if (execution.state === "SUCCEEDED") return execution;
    throw new Refused(409, `the statement has no result: it is ${execution.state}`);
  }

  private file({ outputLocation }: AthenaExecution) {
    const { bucket, key } = splitLocation(outputLocation);
    const found = this.world.objects.find(bucket, key);
    if (!found) throw new Refused(410, `the result is not there any more: ${outputLocation}`);
    return found;
  }

  /** A workgroup of the stack, preferably an enabled one with an output location. */
  private workgroup(): WorkgroupRules {
    const [first] = this.workgroups;
    const usable = this.workgroups.find(({ isEnabled, outputLocation }) => isEnabled && outputLocation);
    const chosen = usable ?? first;
    if (!chosen) throw new Refused(409, "there is no workgroup");
    return chosen;
  }

  /** The output location for a workgroup that has none; undefined when the workgroup has one. */
  private outputLocation(): string | undefined {
    const [bucket] = this.world.stack.buckets;
    if (this.workgroup().outputLocation !== undefined) return undefined;
    if (!bucket) throw new Refused(409, "the stack has no bucket, so that no result can be kept");
    return `s3://${bucket.name}/console-results/`;
  }
}

function stateOf(execution: AthenaExecution): QueryState {
  const { id, sql, submitted, completed, state, bytesScanned, columns, rows, notes, reason, errorPlace } =
    execution;
  return {
    id,
    sql,
    submitted,
    state: state === "QUEUED" ? "RUNNING" : state,
    duration: (completed ?? Date.now()) - submitted,
    ...(bytesScanned !== undefined && { scannedBytes: bytesScanned }),
    // Statements about the catalog cost nothing: https://aws.amazon.com/athena/pricing/
    ...(bytesScanned !== undefined && { cost: execution.kind.type === "DML" ? scanPrice(bytesScanned) : 0 }),
    ...(columns && {
      columns: headerNames(columns).map((name, at) => ({ name, type: columns[at]?.type ?? "" })),
    }),
    ...(rows !== undefined && { rowCount: rows }),
    ...(notes && { notes }),
    ...(reason !== undefined && { error: { message: reason, ...errorPlace } }),
  };
}

/** Offset of the first row: behind the header of a CSV file, or 0 in a text file, which has no header. */
function startOf(path: string, output: "csv" | "text"): number {
  return output === "text" ? 0 : (readPage(path, 0, 1, output).next ?? Number.MAX_SAFE_INTEGER);
}

function refused(error: unknown, status: 400 | 404 = 400): unknown {
  return error instanceof AwsError ? new Refused(status, error.message) : error;
}

/** Number of a statement's parameters. It is 0 for invalid SQL, whose error is reported when it is run. */
function parametersIn(sql: string): number {
  try {
    return parseStatement(sql).parameters;
  } catch {
    return 0;
  }
}
