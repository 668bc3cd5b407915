import type * as Client from "@aws-sdk/client-glue";
import { withTable } from "@streaming-data-lake/lake/catalog/catalog";
import { partitionLocation } from "@streaming-data-lake/lake/catalog/partition-names";
import type { CatalogEntry } from "@streaming-data-lake/lake/catalog/snapshot";
import type { RegisteredPartition } from "@streaming-data-lake/lake/catalog/state";
import { tableResources } from "@streaming-data-lake/runner/access/glue";
import { AwsError } from "../../protocol/errors";
import type { HandledCall, Handlers } from "../../server/handlers";
import type { World } from "../../world";
import { pageOf } from "../paging";
import { partitionFilter } from "./filter";
import { alreadyExists, describePartition, entityNotFound, partitionOf } from "./tables";

interface Named {
  readonly DatabaseName?: string | undefined;
  readonly TableName?: string | undefined;
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);

export function partitionHandlers({ catalog, stack }: World): Handlers<typeof Client> {
  const { accountId } = stack;
  const may = (call: HandledCall, { DatabaseName = "", TableName = "" }: Named) => {
    for (const resource of tableResources(stack, DatabaseName, TableName))
      call.allow(`glue:${call.operation}`, resource);
  };
  const entryOf = async ({ DatabaseName = "", TableName = "" }: Named): Promise<CatalogEntry> => {
    const entry = (await catalog.snapshot()).find(DatabaseName, TableName);
    if (!entry) throw entityNotFound(`Table ${TableName} not found.`);
    return entry;
  };
  /** Replaces the list of a table's partitions. */
  const change = async (
    named: Named,
    make: (entry: CatalogEntry, before: readonly RegisteredPartition[]) => readonly RegisteredPartition[],
  ): Promise<void> => {
    await catalog.change((snapshot) => {
      const { DatabaseName = "", TableName = "" } = named;
      const now = snapshot.find(DatabaseName, TableName);
      if (!now) throw entityNotFound(`Table ${TableName} not found.`);
      const partitions = make(now, now.partitions);
      return { state: withTable(snapshot, DatabaseName, TableName, { partitions }), result: undefined };
    });
  };

  return {
    async GetPartitions(input, call) {
      may(call, input);
      const entry = await entryOf(input);
      const test = partitionFilter(input.Expression, entry.table.partitionKeys);
      let all = entry.partitions.filter(({ values }) => test(values));
      const { SegmentNumber = 0, TotalSegments = 1 } = input.Segment ?? {};
      all = all.filter((_, index) => index % TotalSegments === SegmentNumber);
      const { items, ...next } = pageOf(
        all,
        input.NextToken,
        Math.min(input.MaxResults ?? 1000, 1000),
        "InvalidInputException",
      );
      return {
        Partitions: items.map((partition) => {
          const described = describePartition(entry.table, partition, accountId);
          if (!input.ExcludeColumnSchema) return described;
          const { Columns: _, ...storage } = described.StorageDescriptor;
          return { ...described, StorageDescriptor: storage };
        }),
        ...next,
      };
    },

    async GetPartition(input, call) {
      may(call, input);
      const entry = await entryOf(input);
      const { PartitionValues = [] } = input;
      const found = entry.partitions.find(({ values }) => isSame(values, PartitionValues));
      if (!found) throw entityNotFound("Cannot find partition.");
      return { Partition: describePartition(entry.table, found, accountId) };
    },

    async BatchGetPartition(input, call) {
      may(call, input);
      const entry = await entryOf(input);
      const all = entry.partitions;
      const asked = (input.PartitionsToGet ?? []).map(({ Values = [] }) => Values);
      const find = (wanted: readonly string[]) => all.find(({ values }) => isSame(values, wanted));
      return {
        Partitions: asked
          .flatMap((wanted) => find(wanted) ?? [])
          .map((partition) => describePartition(entry.table, partition, accountId)),
        UnprocessedKeys: asked.filter((wanted) => !find(wanted)).map((Values) => ({ Values })),
      };
    },

    async CreatePartition(input, call) {
      may(call, input);
      await change(input, ({ table }, before) => {
        const made = partitionOf(table, input.PartitionInput, (values) => partitionLocation(table, values));
        if (before.some(({ values }) => isSame(values, made.values)))
          throw alreadyExists("Partition already exists.");
        return [...before, made];
      });
      return {};
    },

    async BatchCreatePartition(input, call) {
      may(call, input);
      const errors: {
        PartitionValues: string[];
        ErrorDetail: { ErrorCode: string; ErrorMessage: string };
      }[] = [];
      await change(input, ({ table }, before) => {
        errors.length = 0;
        const all = [...before];
        for (const one of input.PartitionInputList ?? []) {
          try {
            const made = partitionOf(table, one, (values) => partitionLocation(table, values));
            if (all.some(({ values }) => isSame(values, made.values)))
              throw alreadyExists("Partition already exists.");
            all.push(made);
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            errors.push({
              PartitionValues: [...(one.Values ?? [])],
              ErrorDetail: { ErrorCode: error.code, ErrorMessage: error.message },
            });
          }
        }
        return all;
      });
      return { Errors: errors };
    },

    async UpdatePartition(input, call) {
      may(call, input);
      const { PartitionValueList = [] } = input;
      await change(input, ({ table }, before) => {
        const made = partitionOf(table, input.PartitionInput, (values) => partitionLocation(table, values));
        if (!before.some(({ values }) => isSame(values, PartitionValueList)))
          throw entityNotFound("Cannot find partition.");
        return before.map((one) => (isSame(one.values, PartitionValueList) ? made : one));
      });
      return {};
    },

    async DeletePartition(input, call) {
      may(call, input);
      const { PartitionValues = [] } = input;
      await change(input, (_, before) => {
        const rest = before.filter(({ values }) => !isSame(values, PartitionValues));
        if (rest.length === before.length) throw entityNotFound("Cannot find partition.");
        return rest;
      });
      return {};
    },

    async BatchDeletePartition(input, call) {
      may(call, input);
      const asked = (input.PartitionsToDelete ?? []).map(({ Values = [] }) => Values);
      await change(input, (_, before) =>
        before.filter(({ values }) => !asked.some((wanted) => isSame(values, wanted))),
      );
      return { Errors: [] };
    },

    async GetPartitionIndexes(input, call) {
      may(call, input);
      await entryOf(input);
      return { PartitionIndexDescriptorList: [] };
    },
  };
}
