import type { Call, Caller } from "@streaming-data-lake/iam";
import { QueryError, type QueryOptions, type StatementAccess } from "@streaming-data-lake/lake";
import type { GlueTable, Schedule, Stack } from "@streaming-data-lake/terraform/types";
import { actionsOn, assumeRole, forwarded, type Place } from "./calls";
import { AccessDenied, type Authorize } from "./control";
import { definitionCalls } from "./definitions";
import { databaseResources, tableResources } from "./glue";
import { bucketArn, ObjectCalls, splitLocation } from "./s3";

type AthenaStack = Place & Pick<Stack, "access" | "tables">;
type RoleCaller = Extract<Caller, { roleArn: string }>;

/** The calls with which a schedule starts its query. */
export interface StartCalls {
  readonly caller: RoleCaller;
  /**
   * EventBridge Scheduler assumes the role on behalf of the schedule's group:
   * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
   */
  readonly assume: Call;
  readonly start: readonly Call[];
}

/** @returns undefined when the schedule's role is unknown. */
export function startCalls(place: Place, schedule: Schedule): StartCalls | undefined {
  const { name, roleArn, group = "default", workgroup = "primary" } = schedule;
  if (roleArn === undefined) return undefined;
  const { region, accountId } = place;
  const caller = { roleArn, session: name };
  const groupArn = `arn:aws:scheduler:${region}:${accountId}:schedule-group/${group}`;
  return {
    caller,
    assume: assumeRole(place, "scheduler.amazonaws.com", roleArn, groupArn),
    start: actionsOn(caller, workgroupArn(place, workgroup), ["athena:StartQueryExecution"]),
  };
}

export function workgroupArn({ region, accountId }: Place, workgroup: string): string {
  return `arn:aws:athena:${region}:${accountId}:workgroup/${workgroup}`;
}

const preparedActions = {
  create: "athena:CreatePreparedStatement",
  update: "athena:UpdatePreparedStatement",
  execute: "athena:GetPreparedStatement",
  deallocate: "athena:DeletePreparedStatement",
} as const;

/** One step of a statement, with the error that Athena reports when a call of this step is denied. */
export interface AthenaStep {
  readonly failure: string;
  readonly calls: readonly Call[];
}

/**
 * The calls that Athena makes for a statement in the caller's name. They are for prepared statements, for definitions in
 * Glue, for the objects that the statement reads, lists and writes, and for its results. A statement that reads a view
 * also needs the calls for the tables that the view's query names.
 *
 * - https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena-prepared-statements.html
 * - https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
 * - https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html
 */
export function statementSteps(
  stack: AthenaStack,
  caller: RoleCaller,
  workgroup: string | undefined,
  access: StatementAccess,
): AthenaStep[] {
  const { reads, writes, makes, unloads, definitions = [], lists, prepared } = access;
  if (prepared !== undefined) {
    const actions = [preparedActions[prepared]];
    const calls = actionsOn(caller, workgroupArn(stack, workgroup ?? "primary"), actions);
    return [{ failure: "Insufficient permissions to execute the query.", calls }];
  }
  const objects = new ObjectCalls(stack, caller);
  const named = writes ? [...reads.filter((table) => table !== writes), writes] : reads;
  const ofAthena = (calls: readonly Call[]) => calls.map((call) => forwarded(call, "athena.amazonaws.com"));
  const steps: AthenaStep[] = [
    {
      failure: "Insufficient permissions to execute the query.",
      calls: [
        ...definitions.flatMap((one) => definitionCalls(stack, caller, one)),
        ...named.flatMap((table) => tableCalls(stack, caller, table, table === writes)),
        ...(makes ? makingCalls(stack, caller, makes) : []),
      ],
    },
    {
      failure: "Permission denied on S3 path.",
      calls: [
        ...(lists === undefined ? [] : listCalls(caller, lists)),
        ...reads.flatMap(({ location }) => {
          const { bucket, key } = splitLocation(location);
          return [...listCalls(caller, location), ...objects.read(bucket, `${key}object`)];
        }),
      ],
    },
    ...[writes?.location, makes?.location, unloads].flatMap((location) =>
      location === undefined
        ? []
        : [{ failure: "Permission denied on S3 path.", calls: writeCalls(caller, objects, location) }],
    ),
  ];
  const found = stack.access.workgroups.find(({ name }) => name === workgroup);
  if (found?.outputLocation) {
    const results = new ObjectCalls(stack, caller, found.kmsKeyArn);
    const { bucket, key } = splitLocation(found.outputLocation);
    steps.push({
      failure: `Access denied when writing output to url: ${found.outputLocation}.`,
      calls: [
        ...writeCalls(caller, results, found.outputLocation),
        ...actionsOn(caller, bucketArn(bucket), ["s3:ListBucket"], { "s3:prefix": key }),
        ...results.read(bucket, `${key}object`),
      ],
    });
  }
  return steps.map(({ failure, calls }) => ({ failure, calls: ofAthena(calls) }));
}

/**
 * The calls to Glue for a table that a statement reads or writes. AWS does not document which of the actions on
 * partitions Athena uses, so all of them are required.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
 */
function tableCalls(place: Place, caller: Caller, table: GlueTable, isWritten: boolean): Call[] {
  const { database, name, partitionKeys } = table;
  const onTable = ["glue:GetTable"];
  if (partitionKeys.length > 0) {
    onTable.push("glue:GetPartitions", "glue:GetPartition", "glue:BatchGetPartition");
    if (isWritten) onTable.push("glue:BatchCreatePartition", "glue:CreatePartition", "glue:UpdatePartition");
  }
  return [
    ...databaseResources(place, database).flatMap((resource) =>
      actionsOn(caller, resource, ["glue:GetDatabase"]),
    ),
    ...tableResources(place, database, name).flatMap((resource) => actionsOn(caller, resource, onTable)),
  ];
}

/** The calls to Glue of a CREATE TABLE AS, which creates a table and registers its partitions. */
function makingCalls(place: Place, caller: Caller, table: GlueTable): Call[] {
  const onTable = ["glue:GetTable", "glue:CreateTable"];
  if (table.partitionKeys.length > 0) onTable.push("glue:BatchCreatePartition", "glue:CreatePartition");
  return [
    ...databaseResources(place, table.database).flatMap((resource) =>
      actionsOn(caller, resource, ["glue:GetDatabase"]),
    ),
    ...tableResources(place, table.database, table.name).flatMap((resource) =>
      actionsOn(caller, resource, onTable),
    ),
  ];
}

function listCalls(caller: Caller, location: string): Call[] {
  const { bucket, key } = splitLocation(location);
  return [
    ...actionsOn(caller, bucketArn(bucket), ["s3:GetBucketLocation"]),
    ...actionsOn(caller, bucketArn(bucket), ["s3:ListBucket"], { "s3:prefix": key }),
  ];
}

function writeCalls(caller: Caller, objects: ObjectCalls, location: string): Call[] {
  const { bucket, key } = splitLocation(location);
  return [
    ...actionsOn(caller, bucketArn(bucket), ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]),
    ...objects.write(bucket, `${key}object`, ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]),
  ];
}

/**
 * Checks a query that somebody runs with a role's credentials. The calls to Athena itself are checked first, and then
 * those that Athena makes in the role's name.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/workgroups-iam-policy.html
 *
 * @returns the `authorize` option of a query. It throws AccessDenied when a call to Athena itself is denied, and
 *   QueryError with the reason when a later call is denied, because the query then ends as FAILED.
 */
export function askAs(
  stack: AthenaStack,
  caller: RoleCaller,
  workgroup: string,
  authorize: Authorize,
): NonNullable<QueryOptions["authorize"]> {
  return (access) => {
    authorize(...actionsOn(caller, workgroupArn(stack, workgroup), queryActions));
    authorizeStatement(statementSteps(stack, caller, workgroup, access), authorize);
  };
}

/** The calls that a client makes to Athena for a query, from its start to its result. */
const queryActions = [
  "athena:GetWorkGroup",
  "athena:StartQueryExecution",
  "athena:GetQueryExecution",
  "athena:GetQueryResults",
];

/** @throws QueryError with Athena's error message for the first step that is denied. */
export function authorizeStatement(steps: readonly AthenaStep[], authorize: Authorize): void {
  for (const { failure, calls } of steps) {
    try {
      authorize(...calls);
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      throw new QueryError(`FAILED: ${failure} ${error.message}`);
    }
  }
}
