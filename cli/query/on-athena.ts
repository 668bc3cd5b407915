import { AthenaClient } from "@aws-sdk/client-athena";
import type { Io } from "@streaming-data-lake/command";
import { QueryError } from "@streaming-data-lake/lake";
import type { Stack } from "@streaming-data-lake/terraform";
import { rowsTogether } from "../output/table";
import type { Asker } from "./asker";
import { runOnAthena } from "./athena";
import { nothingScannedHints } from "./no-data";
import type { QueryFlags } from "./options";

/** Runs statements on Athena, in the workgroup of the deployed stack. */
export function onAthena(options: QueryFlags, stack: Stack, { stderr }: Io): Asker {
  const client = new AthenaClient({ region: stack.region });
  const show = (state: string, milliseconds: number) => {
    if (stderr.isTTY)
      stderr.write(`\r\u001b[KAthena: ${state.toLowerCase()}, ${(milliseconds / 1000).toFixed(1)} s`);
  };
  const clear = () => {
    if (stderr.isTTY) stderr.write("\r\u001b[K");
  };
  return {
    async ask(statement, writer, signal) {
      const database = options.database ?? outputOf(stack, "database_name");
      const { columns, rows, statistics } = await runOnAthena(statement, {
        client,
        workgroup: outputOf(stack, "workgroup_name"),
        database,
        signal,
        onProgress: show,
      }).finally(clear);
      for (let start = 0; start < rows.length; start += rowsTogether)
        await writer.rows(rows.slice(start, start + rowsTogether), columns);
      const hints = statistics.bytesScanned === 0 ? nothingScannedHints(stack, statement.sql, database) : [];
      return { columns, statistics, hints };
    },
    close: () => client.destroy(),
  };
}

function outputOf(stack: Stack, name: string): string {
  const value = stack.outputs[name];
  if (value === undefined)
    throw new QueryError(`the stack has no output "${name}", which says where to run on Athena`);
  return value;
}
