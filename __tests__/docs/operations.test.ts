import { describe, expect, it } from "vitest";
import { synthesizePipeline } from "../support/synthesize";
import { codeBlocks, read } from "./support";

const page = "docs/operations.md";

describe("the alarms of the stack", () => {
  it("have their sections, and the sections their alarms", () => {
    const alarms = synthesizePipeline()
      .all("aws_cloudwatch_metric_alarm")
      .map(({ block }) => String(block.alarm_name).replace("sensor-lake-dev-", ""));
    const [, chapter = ""] = /^## Alarms\n([\s\S]*?)^## /m.exec(read(page)) ?? [];
    const sections = [...chapter.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    expect(sections.toSorted()).toEqual(alarms.toSorted());
  });
});

it.each(["docs/operations.md", "docs/lab.md", "docs/lab.es.md"])(
  "%s says which region the aws command asks, before its first command on AWS",
  (guide) => {
    const text = read(guide);
    const [first] = codeBlocks(guide).filter(
      (block) => block.language === "sh aws" && /^aws /m.test(block.text),
    );
    expect(first).toBeDefined();
    const before = text.split("\n").slice(0, first?.line).join("\n");
    expect(before).toContain("`export AWS_REGION=us-east-1`");
  },
);

describe("what the page looks up by name", () => {
  const template = synthesizePipeline();
  const text = read(page);

  /** What the stack calls its resources, in the account that the page takes for an example. */
  const names = new Set(stringsIn(template.document.resource).map(inTheAccount));

  it.each(namesIn(text))("is in the stack: %s", (name) => {
    expect(names).toContain(name);
  });

  it.each([
    ["logs tail", "aws_cloudwatch_log_group", "name"],
    ["--delivery-stream-name", "aws_kinesis_firehose_delivery_stream", "name"],
    ["--function-name", "aws_lambda_function", "function_name"],
    ["--queue-name", "aws_sqs_queue", "name"],
    ["--work-group", "aws_athena_workgroup", "name"],
    ["get-schedule --name", "aws_scheduler_schedule", "name"],
  ])("is of the kind that `aws %s` asks for", (asking, type, attribute) => {
    const asked = [...text.matchAll(new RegExp(`${asking} (\\S+)`, "g"))].map(([, name]) => name);
    expect(asked.length).toBeGreaterThan(0);
    expect(template.all(type).map(({ block }) => block[attribute])).toEqual(expect.arrayContaining(asked));
  });

  it("are objects where the stack puts them", () => {
    const delivery = stringsIn(template.block("aws_kinesis_firehose_delivery_stream"));
    const written = delivery
      .filter((each) => each.endsWith("dt=!{timestamp:yyyy-MM-dd}/"))
      .map((prefix) =>
        prefix
          .replace("!{timestamp:yyyy-MM-dd}", "2026-01-15")
          .replace("!{firehose:error-output-type}", "format-conversion-failed"),
      );
    const shown = [...text.matchAll(/s3:\/\/sensor-lake-dev-123456789012-us-east-1\/(\S+\/)/g)].map(
      ([, key = ""]) => key,
    );
    expect(shown.length).toBeGreaterThan(2);
    expect(written).toEqual(expect.arrayContaining(shown));
  });

  it("are tables of the catalog and queries that are kept by name", () => {
    const tables = template.all("aws_glue_catalog_table").map(({ block }) => block.name);
    const queries = template.all("aws_athena_named_query").map(({ block }) => block.name);
    const asked = [...text.matchAll(/\b(?:FROM|INTO) (sensor_\w+)/g)].map(([, table]) => table);
    const named = [...text.matchAll(/npm run query -- (?:--aws )?--name ([a-z-]+)/g)].map(
      ([, query]) => query,
    );
    expect(asked.length).toBeGreaterThan(2);
    expect(named.length).toBeGreaterThan(1);
    expect(tables).toEqual(expect.arrayContaining(asked));
    expect(queries).toEqual(expect.arrayContaining(named));
  });
});

/** Names of the default deployment, with what stands before them in the name of a log group. */
function namesIn(text: string): string[] {
  const found = text.match(/(?:\/aws\/\w+\/)?sensor-lake-dev(?:-[\w-]*\w)?/g) ?? [];
  return [...new Set(found)].toSorted();
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

const inTheAccount = (text: string) =>
  text.replace(/\$\{data\.aws_caller_identity\.[\w-]+\.account_id\}/, "123456789012");
