import type * as Client from "@aws-sdk/client-athena";
import { queryBytes } from "@streaming-data-lake/rules/limits";
import { splitLocation } from "@streaming-data-lake/runner/access/s3";
import { AwsError } from "../../protocol/errors";
import type { HandledCall, Handlers } from "../../server/handlers";
import type { World } from "../../world";
import { pageOf } from "../paging";
import type { Service } from "../service";
import { tagListOf, tagsOf } from "../tags";
import { catalogHandlers } from "./catalog";
import { columnInfo } from "./column-info";
import type { AthenaExecution } from "./executions";
import { PagesAhead } from "./pages-ahead";
import { readPage } from "./results";
import { savedHandlers } from "./saved";
import { invalidRequest, type WorkgroupRules, workgroupsOf } from "./workgroups";

const mostRows = 1000;

/** Athena, for queries of the local lake: https://docs.aws.amazon.com/athena/latest/APIReference/Welcome.html */
export function athena(world: World): Service {
  const { executions } = world;
  const workgroups = workgroupsOf(world);
  const pages = new PagesAhead();

  /** @throws AwsError when the workgroup does not exist, or when the caller may not use it. */
  const workgroup = (
    name: string | undefined,
    call: HandledCall,
    action = call.operation,
  ): WorkgroupRules => {
    const found = workgroups.get(name ?? "primary");
    if (found) call.allow(`athena:${action}`, found.arn);
    if (!found) throw invalidRequest(`WorkGroup ${name} is not found.`);
    return found;
  };
  const executionOf = (id: string | undefined, call: HandledCall): AthenaExecution => {
    const execution = executions.get(id);
    workgroup(execution.workgroup, call);
    return execution;
  };

  const handlers: Handlers<typeof Client> = {
    StartQueryExecution(input, call) {
      const rules = workgroup(input.WorkGroup, call);
      const sql = input.QueryString ?? "";
      if (sql.trim() === "") throw invalidRequest("QueryString is missing");
      if (sql.length > queryBytes)
        throw invalidRequest(`QueryString has a maximum length of ${queryBytes} characters`);
      if (!rules.isEnabled) throw invalidRequest(`WorkGroup ${rules.name} is disabled.`);
      const { id } = executions.start({
        sql,
        parameters: input.ExecutionParameters ?? [],
        workgroup: rules,
        database: input.QueryExecutionContext?.Database,
        catalog: input.QueryExecutionContext?.Catalog,
        outputLocation: input.ResultConfiguration?.OutputLocation,
        token: input.ClientRequestToken,
        identity: call.identity,
      });
      return { QueryExecutionId: id };
    },

    StopQueryExecution({ QueryExecutionId }, call) {
      executionOf(QueryExecutionId, call);
      executions.stop(QueryExecutionId);
      return {};
    },

    GetQueryExecution({ QueryExecutionId }, call) {
      return { QueryExecution: described(executionOf(QueryExecutionId, call), workgroups) };
    },

    BatchGetQueryExecution({ QueryExecutionIds = [] }, call) {
      const found: ReturnType<typeof described>[] = [];
      const missing: { QueryExecutionId: string; ErrorCode: string; ErrorMessage: string }[] = [];
      for (const QueryExecutionId of QueryExecutionIds) {
        try {
          found.push(described(executionOf(QueryExecutionId, call), workgroups));
        } catch (error) {
          const ErrorMessage = (error as Error).message;
          missing.push({ QueryExecutionId, ErrorCode: "INVALID_INPUT", ErrorMessage });
        }
      }
      return { QueryExecutions: found, UnprocessedQueryExecutionIds: missing };
    },

    ListQueryExecutions({ WorkGroup, NextToken, MaxResults = 50 }, call) {
      const { name } = workgroup(WorkGroup, call);
      const { items, ...next } = pageOf(executions.list(name), NextToken, MaxResults);
      return { QueryExecutionIds: items.map(({ id }) => id), ...next };
    },

    GetQueryResults({ QueryExecutionId, NextToken, MaxResults = mostRows }, call) {
      const execution = executionOf(QueryExecutionId, call);
      const { state, reason, kind, outputLocation, updated } = execution;
      if (state === "FAILED" || state === "CANCELLED")
        throw invalidRequest(
          `Query did not finish successfully. Final query state: ${state}${reason === undefined ? "" : `. ${reason}`}`,
        );
      if (state !== "SUCCEEDED") throw invalidRequest(`Query has not yet finished. Current state: ${state}`);
      if (MaxResults < 1 || MaxResults > mostRows)
        throw invalidRequest(`MaxResults must be between 1 and ${mostRows}`);
      const { columns = [] } = execution;
      const metadata = { ColumnInfo: columnInfo(columns) };
      if (kind.output === "none")
        return { UpdateCount: updated ?? 0, ResultSet: { Rows: [], ResultSetMetadata: metadata } };
      const { bucket, key } = splitLocation(outputLocation);
      const path = world.objects.find(bucket, key)?.path;
      if (path === undefined) throw invalidRequest(`The result file ${outputLocation} is not there any more`);
      const from = NextToken === undefined ? 0 : readToken(NextToken);
      if (kind.output === "csv") {
        const ends = JSON.stringify(metadata);
        call.answer.json = pages.read(path, {
          from,
          most: MaxResults,
          begin: '{"UpdateCount":0,"ResultSet":{"Rows":[',
          end: (next) =>
            `],"ResultSetMetadata":${ends}}${next === undefined ? "" : `,"NextToken":"${tokenOf(next)}"`}}`,
        });
        return {};
      }
      const { rows, next } = readPage(path, from, MaxResults, "text");
      return {
        UpdateCount: 0,
        ResultSet: {
          Rows: rows.map((values) => ({
            Data: values.map((VarCharValue) => (VarCharValue === undefined ? {} : { VarCharValue })),
          })),
          ResultSetMetadata: metadata,
        },
        ...(next !== undefined && { NextToken: tokenOf(next) }),
      };
    },

    GetQueryRuntimeStatistics({ QueryExecutionId }, call) {
      const { bytesScanned = 0, started = 0, completed = 0, submitted } = executionOf(QueryExecutionId, call);
      return {
        QueryRuntimeStatistics: {
          Timeline: {
            QueryQueueTimeInMillis: started - submitted,
            EngineExecutionTimeInMillis: completed - started,
            TotalExecutionTimeInMillis: completed - submitted,
          },
          Rows: { InputBytes: bytesScanned },
        },
      };
    },

    ListTagsForResource({ ResourceARN = "" }, call) {
      call.allow("athena:ListTagsForResource", ResourceARN);
      const [, name = ""] = /^arn:aws:athena:[\w-]+:\d{12}:workgroup\/(.+)$/.exec(ResourceARN) ?? [];
      if (!workgroups.has(name))
        throw new AwsError("ResourceNotFoundException", `The ARN ${ResourceARN} is of no workgroup here`);
      return { Tags: tagListOf(tagsOf(world, "aws_athena_workgroup", "name", name)) };
    },

    ListWorkGroups(_input, call) {
      call.allow("athena:ListWorkGroups", "*");
      return {
        WorkGroups: [...workgroups.values()].map((rules) => ({
          Name: rules.name,
          State: rules.isEnabled ? ("ENABLED" as const) : ("DISABLED" as const),
          Description: rules.description,
          EngineVersion: engine,
        })),
      };
    },

    GetWorkGroup({ WorkGroup }, call) {
      const rules = workgroup(WorkGroup, call);
      return {
        WorkGroup: {
          Name: rules.name,
          State: rules.isEnabled ? "ENABLED" : "DISABLED",
          Description: rules.description,
          Configuration: {
            ResultConfiguration: resultConfiguration(rules.outputLocation, rules),
            EnforceWorkGroupConfiguration: rules.enforces,
            PublishCloudWatchMetricsEnabled: rules.publishesMetrics,
            RequesterPaysEnabled: false,
            ...(rules.cutoffBytes !== undefined && { BytesScannedCutoffPerQuery: rules.cutoffBytes }),
            EngineVersion: engine,
          },
        },
      };
    },
  };
  return {
    handlers: {
      ...handlers,
      ...catalogHandlers(world),
      ...savedHandlers(world, { executions, workgroup }),
    },
  };
}

const engine = {
  SelectedEngineVersion: "AUTO",
  EffectiveEngineVersion: "Athena engine version 3",
};

function resultConfiguration(location: string | undefined, { encryption }: Partial<WorkgroupRules>) {
  return {
    ...(location !== undefined && { OutputLocation: location }),
    ...(encryption && {
      EncryptionConfiguration: {
        EncryptionOption: encryption.option as "SSE_S3",
        ...(encryption.kmsKey !== undefined && { KmsKey: encryption.kmsKey }),
      },
    }),
  };
}

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html */
function described(execution: AthenaExecution, workgroups: ReadonlyMap<string, WorkgroupRules>) {
  const { id, sql, parameters, kind, submitted, completed, state, reason, errorCode } = execution;
  const started = execution.started ?? submitted;
  const now = completed ?? Date.now();
  const isUser = errorCode !== undefined;
  return {
    QueryExecutionId: id,
    Query: sql,
    StatementType: kind.type,
    SubstatementType: kind.substatement,
    ResultConfiguration: resultConfiguration(
      execution.outputLocation,
      workgroups.get(execution.workgroup) ?? {},
    ),
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    QueryExecutionContext: {
      ...(execution.database !== undefined && { Database: execution.database }),
      ...(execution.catalog !== undefined && { Catalog: execution.catalog }),
    },
    Status: {
      State: state,
      SubmissionDateTime: new Date(submitted),
      ...(completed !== undefined && { CompletionDateTime: new Date(completed) }),
      ...(reason !== undefined && { StateChangeReason: reason }),
      ...(state === "FAILED" && {
        AthenaError: {
          // Category 2 is an error of the user: https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
          ErrorCategory: isUser ? 2 : 1,
          ErrorType: isUser ? 1006 : 1,
          Retryable: false,
          ErrorMessage: reason,
        },
      }),
    },
    Statistics: {
      EngineExecutionTimeInMillis: now - started,
      DataScannedInBytes: execution.bytesScanned ?? 0,
      TotalExecutionTimeInMillis: now - submitted,
      QueryQueueTimeInMillis: started - submitted,
      ServicePreProcessingTimeInMillis: 0,
      QueryPlanningTimeInMillis: 0,
      ServiceProcessingTimeInMillis: 0,
      ResultReuseInformation: { ReusedPreviousResult: false },
    },
    WorkGroup: execution.workgroup,
    EngineVersion: engine,
    ...(parameters.length > 0 && { ExecutionParameters: [...parameters] }),
  };
}

const tokenOf = (place: number): string => Buffer.from(String(place)).toString("base64");

function readToken(token: string): number {
  const text = Buffer.from(token, "base64").toString("latin1");
  if (!/^\d+$/.test(text)) throw invalidRequest("NextToken is invalid");
  return Number(text);
}
