import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import type * as Client from "@aws-sdk/client-lambda";
import { functionLimits, isWithin, mappingLimits } from "@streaming-data-lake/rules/limits";
import { logGroupOf } from "@streaming-data-lake/runner/access/lambda";
import type { FunctionRuntime } from "@streaming-data-lake/runner/lambda/runtime";
import type { EventSourceMapping, LambdaFunction } from "@streaming-data-lake/terraform/types";
import { uuidOf } from "@streaming-data-lake/terraform/uuid";
import { AwsError } from "../../protocol/errors";
import type { HandledCall, Handlers } from "../../server/handlers";
import type { World } from "../../world";
import { pageOf } from "../paging";
import type { Service } from "../service";
import { tagsOf } from "../tags";
import { invokeLater } from "./invoke-later";

/** Largest size of an event, by invocation type. Bytes. */
const mostBytes = {
  RequestResponse: functionLimits.eventBytes,
  Event: functionLimits.laterEventBytes,
  DryRun: functionLimits.eventBytes,
};
/** Length of the log's end that an invocation returns on request. Bytes. */
const tailBytes = 4096;

/**
 * Lambda, for the stack's functions, which run in the runner's processes.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/welcome.html
 */
export function lambda(world: World): Service {
  const { stack, state } = world;

  /**
   * The function with a name, partial ARN or ARN, with or without a version.
   *
   * @throws AwsError ResourceNotFoundException when there is no such function.
   */
  const functionOf = (
    name: string | undefined,
    call: HandledCall,
    action: string = call.operation,
  ): LambdaFunction => {
    const [, plain = name ?? ""] =
      /^(?:(?:arn:aws:lambda:[\w-]+:)?\d{12}:function:|function:)?([\w-]+)(?::[\w$-]+)?$/.exec(name ?? "") ??
      [];
    const arn = `arn:aws:lambda:${stack.region}:${stack.accountId}:function:${plain}`;
    call.allow(`lambda:${action}`, arn);
    const fn = stack.functions.find((one) => one.name === plain);
    if (!fn)
      throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404, { Type: "User" });
    return fn;
  };

  const runtimeOf = (fn: LambdaFunction): FunctionRuntime => {
    let runtime: FunctionRuntime | undefined;
    try {
      runtime = state.functionOf(fn.arn);
    } catch (error) {
      throw new AwsError("ServiceException", `${fn.address}: ${(error as Error).message}`);
    }
    if (!runtime) throw new AwsError("ServiceException", `${fn.address} is not run on this machine`);
    return runtime;
  };

  const mapperOf = (uuid: string | undefined, call: HandledCall) => {
    call.allow(
      `lambda:${call.operation}`,
      `arn:aws:lambda:${stack.region}:${stack.accountId}:event-source-mapping:${uuid}`,
    );
    const mapping = stack.mappings.find((one) => uuidOf(one.address) === uuid);
    if (!mapping)
      throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404, {
        Type: "User",
      });
    return { mapping, mapper: state.mappers.find((one) => one.mapping.address === mapping.address) };
  };

  const describeMapping = (mapping: EventSourceMapping) => {
    const mapper = state.mappers.find((one) => one.mapping.address === mapping.address);
    const live = mapper?.mapping ?? { ...mapping, enabled: false };
    return {
      UUID: uuidOf(mapping.address),
      EventSourceArn: mapping.consumerArn ?? mapping.streamArn,
      FunctionArn: mapping.functionArn,
      State: live.enabled ? "Enabled" : "Disabled",
      StateTransitionReason: "User action",
      BatchSize: live.batchSize,
      MaximumBatchingWindowInSeconds: mapping.batchingWindowSeconds,
      ParallelizationFactor: mapping.parallelizationFactor,
      StartingPosition: mapping.startingPosition,
      ...(mapping.startingPositionTimestamp && {
        StartingPositionTimestamp: mapping.startingPositionTimestamp,
      }),
      MaximumRecordAgeInSeconds: mapping.maximumRecordAgeSeconds,
      MaximumRetryAttempts: mapping.maximumRetryAttempts,
      BisectBatchOnFunctionError: mapping.bisectBatchOnFunctionError,
      TumblingWindowInSeconds: mapping.tumblingWindowSeconds,
      FunctionResponseTypes: mapping.reportBatchItemFailures
        ? (["ReportBatchItemFailures"] as const).slice()
        : [],
      DestinationConfig: {
        OnFailure: mapping.onFailureArn === undefined ? {} : { Destination: mapping.onFailureArn },
      },
      ...(mapping.filters.length > 0 && {
        FilterCriteria: { Filters: mapping.filters.map((Pattern) => ({ Pattern })) },
      }),
      LastModified: new Date(0),
      LastProcessingResult: mapper && mapper.counters.invocations > 0 ? "OK" : "No records processed",
    };
  };

  const handlers: Handlers<typeof Client> = {
    async Invoke(input, call) {
      const fn = functionOf(input.FunctionName, call, "InvokeFunction");
      const { InvocationType = "RequestResponse" } = input;
      const payload = Buffer.from((input.Payload as Uint8Array | undefined) ?? []).toString("utf8");
      if (payload.length > mostBytes[InvocationType])
        throw new AwsError(
          "RequestTooLargeException",
          `${payload.length} byte payload is too large for the ${InvocationType} invocation type (limit ${mostBytes[InvocationType]} bytes)`,
        );
      const event = payload.trim() === "" ? "{}" : checkedJson(payload);
      if (InvocationType === "DryRun") return { StatusCode: 204 };
      const runtime = runtimeOf(fn);
      if (InvocationType === "Event") {
        invokeLater(runtime, event, fn.name, world.onTrouble).catch((error: Error) => {
          // The runner is shutting down, and accepted events are not stored.
          world.onTrouble(`${fn.name}: an event was lost: ${error.message}`);
        });
        return { StatusCode: 202 };
      }
      const lines: string[] = [];
      const outcome = await runtime.invoke(event, { onLines: (some) => lines.push(...some) });
      call.answer.headers["x-amzn-requestid"] = outcome.requestId;
      const tail = input.LogType === "Tail" && {
        LogResult: Buffer.from(`${lines.join("\n")}\n`)
          .subarray(-tailBytes)
          .toString("base64"),
      };
      const answer = "payload" in outcome ? outcome.payload : JSON.stringify(outcome.error);
      return {
        StatusCode: 200,
        ExecutedVersion: "$LATEST",
        ...("error" in outcome && { FunctionError: "Unhandled" }),
        ...tail,
        Payload: Buffer.from(answer) as never,
      };
    },

    ListFunctions({ Marker, MaxItems = 50 }, call) {
      call.allow("lambda:ListFunctions", "*");
      const { items, NextToken } = pageOf(
        stack.functions,
        Marker,
        MaxItems,
        "InvalidParameterValueException",
      );
      return {
        Functions: items.map(describeFunction),
        ...(NextToken !== undefined && { NextMarker: NextToken }),
      };
    },

    GetFunction({ FunctionName }, call) {
      const fn = functionOf(FunctionName, call);
      return {
        Configuration: describeFunction(fn),
        Code: { RepositoryType: "S3", Location: `file://${fn.archive}` },
        Tags: { ...tagsOf(world, "aws_lambda_function", "arn", fn.arn) },
      };
    },

    GetFunctionConfiguration({ FunctionName }, call) {
      return describeFunction(functionOf(FunctionName, call));
    },

    GetFunctionCodeSigningConfig({ FunctionName }, call) {
      // Code signing is not supported here.
      return { FunctionName: functionOf(FunctionName, call).name, CodeSigningConfigArn: undefined };
    },

    ListVersionsByFunction({ FunctionName }, call) {
      return { Versions: [describeFunction(functionOf(FunctionName, call))] };
    },

    ListTags({ Resource }, call) {
      const { arn } = functionOf(Resource, call);
      return { Tags: { ...tagsOf(world, "aws_lambda_function", "arn", arn) } };
    },

    ListEventSourceMappings({ FunctionName, EventSourceArn, Marker, MaxItems = 100 }, call) {
      call.allow("lambda:ListEventSourceMappings", "*");
      const fn = FunctionName === undefined ? undefined : functionOf(FunctionName, call);
      const all = stack.mappings.filter(
        (mapping) =>
          (!fn || mapping.functionArn === fn.arn) &&
          (EventSourceArn === undefined ||
            mapping.streamArn === EventSourceArn ||
            mapping.consumerArn === EventSourceArn),
      );
      const { items, NextToken } = pageOf(all, Marker, MaxItems, "InvalidParameterValueException");
      return {
        EventSourceMappings: items.map(describeMapping),
        ...(NextToken !== undefined && { NextMarker: NextToken }),
      };
    },

    GetEventSourceMapping({ UUID }, call) {
      return describeMapping(mapperOf(UUID, call).mapping);
    },

    UpdateEventSourceMapping(input, call) {
      const { mapping, mapper } = mapperOf(input.UUID, call);
      const { UUID, Enabled, BatchSize, FunctionName, ...others } = input;
      const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
      if (other !== undefined)
        throw new AwsError(
          "InvalidParameterValueException",
          `On this machine Enabled and BatchSize of a mapping are changed while it runs; change ${other} in the stack`,
        );
      if (BatchSize !== undefined && !isWithin(mappingLimits.batchSize, BatchSize))
        throw new AwsError(
          "InvalidParameterValueException",
          `1 validation error detected: Value '${BatchSize}' at 'batchSize' failed to satisfy constraint: Member must be between ${mappingLimits.batchSize.minimum} and ${mappingLimits.batchSize.maximum}`,
        );
      if (!mapper)
        throw new AwsError(
          "InvalidParameterValueException",
          `${mapping.address} is not run on this machine: it is disabled in the stack, or its function is not run here`,
        );
      mapper.update({
        ...(Enabled !== undefined && { enabled: Enabled }),
        ...(BatchSize !== undefined && { batchSize: BatchSize }),
      });
      call.answer.status = 202;
      return describeMapping(mapping);
    },
  };
  return { handlers };
}

function checkedJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new AwsError(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(error as Error).message}`,
      400,
      { Type: "User" },
    );
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
function describeFunction(fn: LambdaFunction) {
  const file = existsSync(fn.archive) && statSync(fn.archive).isFile() ? readFileSync(fn.archive) : undefined;
  return {
    FunctionName: fn.name,
    FunctionArn: fn.arn,
    Runtime: fn.runtime as "nodejs22.x",
    Role: fn.roleArn,
    Handler: fn.handler,
    CodeSize: file?.length ?? 0,
    CodeSha256: file ? createHash("sha256").update(file).digest("base64") : "",
    Timeout: fn.timeoutSeconds,
    MemorySize: fn.memoryMegabytes,
    LastModified: "1970-01-01T00:00:00.000+0000",
    Version: "$LATEST",
    PackageType: "Zip" as const,
    State: "Active" as const,
    LastUpdateStatus: "Successful" as const,
    Environment: { Variables: { ...fn.environment } },
    TracingConfig: { Mode: fn.tracing ? ("Active" as const) : ("PassThrough" as const) },
    LoggingConfig: { LogGroup: logGroupOf(fn) },
    ...(fn.kmsKeyArn !== undefined && { KMSKeyArn: fn.kmsKeyArn }),
  };
}
