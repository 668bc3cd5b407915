import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readStack } from "../../terraform/index";
import { knownOf } from "../../terraform/inputs/known-state";
import { temporaryFolder } from "../support/folders";

/** @param archives Files that lie beside it. */
function read(json: object, kind?: "plan" | "state", archives: readonly string[] = ["fn.zip"]) {
  const folder = temporaryFolder();
  const file = join(folder, "it.json");
  writeFileSync(file, JSON.stringify(json));
  for (const archive of archives) writeFileSync(join(folder, archive), "");
  return readStack(file, kind).stack;
}

const resource = (address: string, values: object) => {
  const [type = ""] = (/[a-z\d_]+\.\w+(?:\[.*\])?$/.exec(address)?.[0] ?? "").split(".");
  return { address, mode: "managed", type, values };
};
const unknown = (address: string, after_unknown: object) => ({ address, change: { after_unknown } });
const references = (...names: string[]) => ({ references: names });

/** A stream in the root, a function and its mapping in a module that is given the stream's ARN. */
const plan = {
  format_version: "1.2",
  terraform_version: "1.11.4",
  planned_values: {
    root_module: {
      resources: [resource("aws_kinesis_stream.s", { name: "s", shard_count: 2 })],
      child_modules: [
        {
          resources: [
            resource("module.m.aws_lambda_function.f", {
              function_name: "fn",
              handler: "index.handler",
              runtime: "nodejs20.x",
              filename: "fn.zip",
            }),
            resource("module.m.aws_lambda_event_source_mapping.m", {
              starting_position: "LATEST",
              batch_size: null,
            }),
          ],
        },
      ],
    },
  },
  resource_changes: [
    unknown("aws_kinesis_stream.s", { arn: true, id: true }),
    unknown("module.m.aws_lambda_function.f", { arn: true }),
    unknown("module.m.aws_lambda_event_source_mapping.m", {
      event_source_arn: true,
      function_name: true,
      // What is not written and AWS chooses.
      maximum_retry_attempts: true,
    }),
  ],
  configuration: {
    provider_config: { aws: { expressions: { region: { constant_value: "eu-west-1" } } } },
    root_module: {
      resources: [{ address: "aws_kinesis_stream.s", expressions: {} }],
      module_calls: {
        m: {
          expressions: { stream_arn: references("aws_kinesis_stream.s.arn", "aws_kinesis_stream.s") },
          module: {
            resources: [
              {
                address: "aws_lambda_event_source_mapping.m",
                expressions: {
                  event_source_arn: references("var.stream_arn"),
                  function_name: references("aws_lambda_function.f.arn", "aws_lambda_function.f"),
                },
              },
            ],
          },
        },
      },
    },
  },
};

describe("terraform show -json of a plan", () => {
  it("has the resources of modules, in the provider's region", () => {
    const { region, streams, functions } = read(plan);
    expect(region).toBe("eu-west-1");
    expect(streams[0]).toMatchObject({ name: "s", shardCount: 2 });
    expect(functions[0]).toMatchObject({ address: "module.m.aws_lambda_function.f", name: "fn" });
  });

  it("refers through variables to names and ARNs that are known only after apply", () => {
    const { mappings, streams, functions } = read(plan);
    expect(mappings[0]).toMatchObject({ streamArn: streams[0]?.arn, functionArn: functions[0]?.arn });
  });

  it("names a function whose archive is missing, and has the rest", () => {
    const { streams, functions, mappings, unsupported } = read(plan, "plan", []);
    expect([streams.length, functions.length, mappings.length]).toEqual([1, 0, 0]);
    expect(unsupported).toEqual([
      expect.stringMatching(
        /^module\.m\.aws_lambda_function\.f: there is no archive at \/.*\/fn\.zip, so it is not run$/,
      ),
      "module.m.aws_lambda_event_source_mapping.m: the function arn:aws:lambda:eu-west-1:000000000000:function:fn is not run here, so neither is the mapping",
    ]);
  });

  it("names what the plan does not contain, and leaves out only that resource", () => {
    const configuration = { root_module: { resources: [] } };
    const { mappings, streams, unsupported } = read({ ...plan, configuration });
    expect(mappings).toEqual([]);
    expect(streams).toHaveLength(1);
    expect(unsupported).toContainEqual(
      expect.stringMatching(
        /^module\.m\.aws_lambda_event_source_mapping\.m: event_source_arn: can't be known/,
      ),
    );
  });

  it("that is a saved plan instead of JSON is refused with the command that converts it", () => {
    const file = join(temporaryFolder(), "p.bin");
    writeFileSync(file, "PK\u0003\u0004");
    expect(() => readStack(file)).toThrow(/is a saved plan: terraform show -json/);
  });

  it("is distinguished from other kinds of files", () => {
    expect(() => read({ resource: {} }, "plan")).toThrow(
      /is a configuration of Terraform, and not terraform show -json of a plan/,
    );
  });
});

describe("a plan on top of what the runner knows", () => {
  const table = { ...resource("aws_dynamodb_table.t", { name: "t" }), name: "t" };
  const queue = { ...resource("aws_sqs_queue.q", { name: "q" }), name: "q" };
  const known = (...asked: string[]) =>
    knownOf({
      file: "plan.json",
      json: {
        planned_values: { root_module: { resources: [table, queue] } },
        resource_changes: [
          unknown("aws_dynamodb_table.t", { arn: true, id: true, stream_arn: true, stream_label: true }),
          unknown("aws_sqs_queue.q", { arn: true, id: true, url: true }),
        ],
        configuration: {
          root_module: {
            resources: [
              { address: "aws_dynamodb_table.t", expressions: {} },
              { address: "aws_sqs_queue.q", expressions: {} },
              { address: "aws_lambda_function.f", expressions: { environment: references(...asked) } },
            ],
          },
        },
      },
    });

  it("has the names and ARNs of resources", () => {
    expect(known("aws_dynamodb_table.t.arn", "aws_dynamodb_table.t").state).toMatchObject({
      resources: [
        {
          name: "t",
          instances: [{ attributes: { arn: "arn:aws:dynamodb:us-east-1:000000000000:table/t" } }],
        },
        { name: "q" },
      ],
    });
  });

  it("leaves out only the resource with an unknown attribute that is referred to, which would be null", () => {
    const asked = ["aws_dynamodb_table.t.stream_label", "aws_dynamodb_table.t", "aws_sqs_queue.q.url"];
    const { state, others } = known(...asked);
    expect(state).toMatchObject({ resources: [{ name: "q" }] });
    expect([...others]).toMatchObject([
      ["aws_dynamodb_table.t", { name: "t", arn: "arn:aws:dynamodb:us-east-1:000000000000:table/t" }],
    ]);
  });

  it("has an empty stream ARN for a table without a stream", () => {
    expect(known("aws_dynamodb_table.t.stream_arn").state).toMatchObject({
      resources: [{ instances: [{ attributes: { stream_arn: "" } }] }, { name: "q" }],
    });
  });
});

describe("a state", () => {
  const arn = "arn:aws:kinesis:eu-central-1:123456789012:stream/s";
  const attributes = { name: "s", arn, id: arn, shard_count: 3 };

  it.each([
    [
      "file",
      {
        version: 4,
        terraform_version: "1.11.0",
        lineage: "x",
        outputs: { name: { value: "s" } },
        resources: [
          {
            module: "module.m",
            mode: "managed",
            type: "aws_kinesis_stream",
            name: "s",
            instances: [{ index_key: "a", attributes }],
          },
        ],
      },
    ],
    [
      "as Terraform shows it",
      {
        format_version: "1.0",
        terraform_version: "1.11.0",
        values: {
          outputs: { name: { value: "s" } },
          root_module: {
            child_modules: [{ resources: [resource('module.m.aws_kinesis_stream.s["a"]', attributes)] }],
          },
        },
      },
    ],
  ])("%s is the stack as it is deployed, in its account and region", (_, json) => {
    const stack = read(json, "state");
    expect(stack).toMatchObject({
      region: "eu-central-1",
      accountId: "123456789012",
      outputs: { name: "s" },
    });
    expect(stack.streams).toMatchObject([
      { address: 'module.m.aws_kinesis_stream.s["a"]', arn, shardCount: 3 },
    ]);
  });

  it("has nothing where a provider writes an empty text for an argument that nobody has set", () => {
    const lake = "arn:aws:s3:::lake";
    const root_module = {
      resources: [
        resource("aws_s3_bucket.lake", { bucket: "lake", arn: lake, policy: "", bucket_prefix: "" }),
        resource("aws_lambda_function.fn", {
          function_name: "fn",
          arn: "arn:aws:lambda:eu-west-1:123456789012:function:fn",
          handler: "index.handler",
          runtime: "nodejs20.x",
          filename: "fn.zip",
          package_type: "Zip",
          image_uri: "",
          kms_key_arn: "",
          environment: [{ variables: { EMPTY: "" } }],
        }),
        resource("aws_kinesis_firehose_delivery_stream.d", {
          name: "d",
          arn: "arn:aws:firehose:eu-west-1:123456789012:deliverystream/d",
          extended_s3_configuration: [
            { bucket_arn: lake, custom_time_zone: "", compression_format: "GZIP", kms_key_arn: "" },
          ],
        }),
        resource("aws_cloudwatch_metric_alarm.a", {
          alarm_name: "a",
          comparison_operator: "LessThanThreshold",
          metric_name: "m",
          statistic: "Sum",
          extended_statistic: "",
          evaluation_periods: 3,
          datapoints_to_alarm: 0,
        }),
      ],
    };
    const stack = read({ terraform_version: "1", values: { root_module } }, "state");
    expect(stack.unsupported).toEqual([]);
    expect(stack.access.resourcePolicies).toEqual([]);
    expect(stack.functions[0]).toMatchObject({ environment: { EMPTY: "" }, kmsKeyArn: undefined });
    expect(stack.deliveryStreams[0]?.destination).toMatchObject({
      customTimeZone: "UTC",
      kmsKeyArn: undefined,
    });
    expect(stack.alarms[0]).toMatchObject({ datapointsToAlarm: 3, queries: [{ statistic: "Sum" }] });
  });

  it("keeps ${…} in its values as they are", () => {
    const table = { name: "t", database_name: "d", parameters: { p: "s3://b/${dt}/" } };
    const root_module = { resources: [resource("aws_glue_catalog_table.t", table)] };
    expect(read({ terraform_version: "1", values: { root_module } }).tables[0]?.parameters.p).toBe(
      "s3://b/${dt}/",
    );
  });
});
