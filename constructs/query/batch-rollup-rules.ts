import { checkRoleName } from "../core/common-rules";
import type { Problems } from "../core/problems";
import { checkDeadLetterQueueProps } from "../ingest/dead-letter-queue";
import type { BatchRollupProps } from "./batch-rollup";

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
export function checkBatchRollupProps(
  problems: Problems,
  props: BatchRollupProps,
  known: { readonly name: string; readonly queueName: string },
): void {
  const { sql, sources, table, catalog, scheduleExpression } = props;
  problems.name("name", known.name, /^[\w.-]{1,64}$/, "1-64 letters, digits and _.-");
  checkRoleName(problems, props.roleName ?? known.name);
  checkDeadLetterQueueProps(problems.at("deadLetterQueue"), props.deadLetterQueue ?? {}, known.queueName);
  problems.name(
    "scheduleExpression",
    scheduleExpression,
    /^(?:rate|cron)\(.+\)$/,
    "cron(…) or rate(…), such as cron(15 * * * ? *)",
  );
  problems.integer("maximumRetryAttempts", props.maximumRetryAttempts, 0, 185, "attempts");
  problems.integer("maximumEventAgeSeconds", props.maximumEventAgeSeconds, 60, 86_400, "seconds");
  problems.require("sql", sql, /^\s*(?:--[^\n]*\n\s*)*INSERT\s+INTO\s/i.test(sql), "must be an INSERT INTO");
  const names = [...catalog.prefixes.keys()];
  for (const [index, source] of sources.entries())
    problems.require(
      `sources.${index}`,
      source,
      names.includes(source),
      `must be one of ${names.join(", ")}`,
    );
  problems.require("table", table, names.includes(table), `must be one of ${names.join(", ")}`);
}
