import type { World } from "@streaming-data-lake/aws";
import { tablesOfSchedule } from "@streaming-data-lake/lake/stack-tables";
import { splitLocation } from "@streaming-data-lake/runner/access/s3";
import type { Stack } from "@streaming-data-lake/terraform/types";
import type { NodeKind, Pipeline, PipelineEdge, PipelineNode } from "../api";
import { watchedBy } from "./alarms-of";
import { prefixesOf } from "./prefixes";

/** Id of the node that stands for everything that puts records. */
export const producers = "producers";

/** The pipeline as the stack defines it. */
export function pipelineOf({ stack, runner, resources }: World, endpoints: Pipeline["endpoints"]): Pipeline {
  return {
    stack: stackName(stack),
    region: stack.region,
    accountId: stack.accountId,
    folder: runner.dir,
    nodes: nodesOf(stack, resources),
    edges: edgesOf(stack),
    notRun: [...stack.unsupported, ...runner.access.notes],
    endpoints,
  };
}

const stackName = ({ folder }: Stack): string => folder.split(/[/\\]/).filter(Boolean).at(-1) ?? folder;

function nodesOf(stack: Stack, resources: World["resources"]): PipelineNode[] {
  const alarms = stack.alarms.map((alarm) => ({ name: alarm.name, watched: watchedBy(alarm, stack) }));
  const node = (
    kind: NodeKind,
    { address, name }: { readonly address: string; readonly name: string },
    facts: Readonly<Record<string, string | number | undefined>> = {},
  ): PipelineNode => ({
    id: address,
    kind,
    name,
    facts: Object.entries(facts).flatMap(([key, value]) =>
      value === undefined || value === "" ? [] : [[key, String(value)] as const],
    ),
    alarms: alarms.filter(({ watched }) => watched.includes(address)).map((alarm) => alarm.name),
  });
  const prefixes = new Map(prefixesOf(stack).map((prefix) => [prefix.id, prefix]));
  return [
    node("producer", { address: producers, name: producers }),
    ...stack.streams.map((stream) =>
      node("stream", stream, {
        mode: stream.mode,
        shards: stream.shardCount,
        retentionHours: stream.retentionHours,
      }),
    ),
    ...stack.functions.map((fn) => {
      const mapping = stack.mappings.find(({ functionArn }) => functionArn === fn.arn);
      return node("function", fn, {
        runtime: fn.runtime,
        memoryMegabytes: fn.memoryMegabytes,
        timeoutSeconds: fn.timeoutSeconds,
        batchSize: mapping?.batchSize,
        batchingWindowSeconds: mapping?.batchingWindowSeconds,
        parallelizationFactor: mapping?.parallelizationFactor,
        maximumRetryAttempts: mapping?.maximumRetryAttempts,
      });
    }),
    ...stack.deliveryStreams.map((delivery) =>
      node("delivery", delivery, {
        bufferSeconds: delivery.destination.bufferSeconds,
        bufferMebibytes: delivery.destination.bufferMebibytes,
        format: delivery.conversion?.format ?? delivery.destination.compression,
        table: delivery.conversion?.table,
      }),
    ),
    ...stack.buckets.map((bucket) => node("bucket", bucket)),
    ...[...prefixes.values()].map(({ id, bucket, prefix, holds }) =>
      node("prefix", { address: id, name: prefix }, { bucket, holds }),
    ),
    ...stack.tables.map((table) =>
      node("table", table, {
        database: table.database,
        location: table.location,
        columns: table.columns.length,
      }),
    ),
    ...resources("aws_athena_workgroup").flatMap(({ address }) => {
      const workgroup = stack.access.workgroups.find((one) => one.address === address);
      return workgroup ? [node("workgroup", workgroup, { outputLocation: workgroup.outputLocation })] : [];
    }),
    ...stack.schedules.map((schedule) =>
      node("schedule", schedule, { expression: schedule.expression, timeZone: schedule.timeZone }),
    ),
    ...stack.access.queues.map((queue) => node("queue", queue)),
    ...stack.access.topics.map((topic) => node("topic", topic)),
  ];
}

function edgesOf(stack: Stack): PipelineEdge[] {
  const { streams, functions, mappings, deliveryStreams, tables, schedules, access } = stack;
  const byArn = new Map(
    [...streams, ...functions, ...deliveryStreams, ...access.queues, ...access.topics].map(
      ({ arn, address }) => [arn, address] as const,
    ),
  );
  const edge = (
    from: string | undefined,
    to: string | undefined,
    kind: PipelineEdge["kind"],
  ): PipelineEdge[] => (from === undefined || to === undefined ? [] : [{ from, to, kind }]);
  const workgroupOf = (name: string | undefined) =>
    access.workgroups.find((workgroup) => workgroup.name === name)?.address;
  const all = [
    ...streams.flatMap(({ address }) => edge(producers, address, "records")),
    ...mappings.flatMap(({ streamArn, functionArn, onFailureArn }) => {
      const fn = byArn.get(functionArn);
      return [
        ...edge(byArn.get(streamArn), fn, "records"),
        ...edge(fn, byArn.get(onFailureArn ?? ""), "failures"),
      ];
    }),
    ...deliveryStreams.flatMap(({ address, sourceStreamArn, processing: { transform } }) => [
      ...edge(sourceStreamArn === undefined ? producers : byArn.get(sourceStreamArn), address, "records"),
      ...edge(byArn.get(transform?.functionArn ?? ""), address, "records"),
    ]),
    ...prefixesOf(stack).flatMap(({ id, bucket, prefix, delivery, holds }) => [
      ...edge(delivery.address, id, holds === "errors" ? "failures" : "objects"),
      ...tables
        .filter(({ location }) => holds !== "errors" && isBelow(location, bucket, prefix))
        .flatMap((table) => edge(id, table.address, "rows")),
    ]),
    ...tables.flatMap((table) =>
      access.workgroups.flatMap(({ address }) => edge(table.address, address, "queries")),
    ),
    ...schedules.flatMap((schedule) => {
      const { reads, writes } = tablesOfSchedule(stack, schedule);
      return [
        ...reads.flatMap(({ address }) => edge(address, schedule.address, "queries")),
        ...edge(schedule.address, writes?.address, "rows"),
        ...edge(schedule.address, workgroupOf(schedule.workgroup), "queries"),
        ...edge(schedule.address, byArn.get(schedule.deadLetterArn ?? ""), "failures"),
      ];
    }),
    ...stack.alarms.flatMap((alarm) =>
      (alarm.actions?.ALARM ?? []).flatMap((arn) =>
        watchedBy(alarm, stack).flatMap((address) => edge(address, byArn.get(arn), "notifications")),
      ),
    ),
  ];
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function isBelow(location: string, bucket: string, prefix: string): boolean {
  if (!location.startsWith("s3://")) return false;
  const place = splitLocation(location);
  return place.bucket === bucket && place.key.startsWith(prefix) && prefix !== "";
}
