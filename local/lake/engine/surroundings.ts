import { existsSync } from "node:fs";
import type { Stack } from "@streaming-data-lake/terraform/types";
import { objectPath } from "../paths";
import { bucketOfLocation } from "../reading/objects";
import type { BucketNames } from "../statements/context";

/** The parts of a stack that the lake uses: its catalog, and the workgroups and buckets around it. */
export type LakeStack = Pick<Stack, "tables"> &
  Partial<
    Pick<
      Stack,
      "databases" | "preparedStatements" | "buckets" | "deliveryStreams" | "access" | "accountId" | "region"
    >
  >;

/** A workgroup's name, and the place of results of statements that do not name one. */
export interface QueryWorkgroup {
  readonly name: string;
  /** The place of results, such as `s3://bucket/prefix/`. */
  readonly outputLocation: string;
}

/** The workgroup that every account has. */
const primary = "primary";

/**
 * Finds a workgroup of the stack by its name, ignoring case.
 *
 * @param name @default the stack's only one, else `primary`
 */
export function workgroupOf(stack: LakeStack, name?: string): QueryWorkgroup {
  const { access, accountId, region } = stack;
  const workgroups = access?.workgroups ?? [];
  const only = workgroups.length === 1 ? workgroups[0]?.name : undefined;
  const wanted = name ?? only ?? primary;
  const found = workgroups.find((one) => one.name.toLowerCase() === wanted.toLowerCase());
  const own =
    accountId && region ? `aws-athena-query-results-${accountId}-${region}` : "athena-query-results";
  return { name: found?.name ?? wanted, outputLocation: found?.outputLocation ?? `s3://${own}/` };
}

/**
 * The buckets that a LOCATION may name: those of the stack, those that its tables and delivery streams name, and those
 * that have a folder in the lake. Undefined when the stack's buckets are not known, and then every bucket is allowed.
 */
export function bucketsOf(stack: LakeStack, lakeFolder: string): BucketNames | undefined {
  if (!stack.buckets) return undefined;
  const { access, tables, databases = [], deliveryStreams = [] } = stack;
  const outputs = (access?.workgroups ?? []).map(({ outputLocation }) => outputLocation);
  const locations = [...[...tables, ...databases].map(({ location }) => location), ...outputs];
  const names = new Set([
    ...stack.buckets.map(({ name }) => name),
    ...deliveryStreams.flatMap(({ destination, backup }) => [destination, backup].map((one) => one?.bucket)),
    ...locations.map((location) => bucketOfLocation(location ?? "")),
    bucketOfLocation(workgroupOf({ ...stack, access: undefined }).outputLocation),
  ]);
  names.delete(undefined);
  return {
    names: [...names].flatMap((name) => name ?? []).sort(),
    has: (name) => names.has(name) || existsSync(objectPath(lakeFolder, name, "")),
  };
}
