import { join } from "node:path";
import { openLake } from "@streaming-data-lake/lake";
import { fromFirstWord } from "@streaming-data-lake/lake/script";
import type { Stack } from "@streaming-data-lake/terraform";
import { claimForLake, folderWithLake } from "../folder";
import type { Asker } from "./asker";
import { bufferedHints } from "./buffered";
import { noDataHints } from "./no-data";
import type { QueryFlags } from "./options";

/** Matches statements that can write. Only these create the lake's folder. */
const writing = /^(?:CREATE|INSERT|UNLOAD|ALTER|DROP|MSCK|PREPARE|DEALLOCATE|EXECUTE)\b/i;

/** Runs statements on the lake of a folder. */
export async function onThisMachine(
  { dir, database, timeLimit, format }: QueryFlags,
  stack: Stack,
): Promise<Asker> {
  const { workgroup_name: workgroup } = stack.outputs;
  const isKnown = stack.access.workgroups.some(({ name }) => name === workgroup);
  const folder = folderWithLake(dir);
  const lake = await openLake(stack, join(folder, "lake"), {
    ...(isKnown && { workgroup }),
    ...(database !== undefined && { database }),
    ...(timeLimit !== undefined && { timeLimit: timeLimit * 1000 }),
  });
  return {
    async ask({ sql, values }, writer, signal) {
      if (writing.test(fromFirstWord(sql))) claimForLake(folder);
      const answered = await lake.stream(sql, values, (rows, columns) => writer.rows(rows, columns), {
        signal,
        values: format === "csv" ? "text" : "object",
      });
      const { notes } = answered.statistics;
      const buffered = await bufferedHints(dir, stack, answered.statistics);
      const other = notes.length > 0 ? notes : noDataHints(stack, answered.statistics);
      const hints = buffered.length > 0 ? [...buffered, ...notes] : other;
      return { ...answered, hints };
    },
    close: () => lake.close(),
  };
}
