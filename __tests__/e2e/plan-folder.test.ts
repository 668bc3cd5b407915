import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type StandIn, standIn } from "../../terraform/inputs/stand-in";
import { type FolderPlan, openStack } from "../../terraform/open-stack";
import { temporaryFolder } from "../support/folders";
import { type Provider, startProvider } from "../support/terraform/provider";
import type { Terraform } from "../support/terraform/terraform";
import { inherited } from "./support/project";
import { describeProvider, preparedTerraform } from "./support/requirements";

/** A root that is given names, and a module beside it that has a function, its mapping and a delivery. */
const files = {
  "stack/main.tf": `
variable "names" {
  type    = list(string)
  default = ["raw", "done"]
}
data "aws_caller_identity" "me" {}
resource "aws_kinesis_stream" "s" {
  name        = "events"
  shard_count = 2
}
resource "aws_s3_bucket" "b" {
  for_each = toset(var.names)
  bucket   = "lake-\${each.key}-\${data.aws_caller_identity.me.account_id}"
}
module "pipeline" {
  source     = "../pipeline"
  stream_arn = aws_kinesis_stream.s.arn
  bucket_arn = aws_s3_bucket.b["raw"].arn
}
`,
  "pipeline/main.tf": `
variable "stream_arn" {}
variable "bucket_arn" {}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = "{}"
}
resource "aws_lambda_function" "f" {
  function_name = "fn"
  role          = aws_iam_role.r.arn
  handler       = "index.handler"
  runtime       = "nodejs20.x"
  filename      = "\${path.module}/fn.zip"
  environment { variables = { STREAM = var.stream_arn, MODE = "test" } }
}
resource "aws_lambda_event_source_mapping" "m" {
  event_source_arn  = var.stream_arn
  function_name     = aws_lambda_function.f.arn
  starting_position = "TRIM_HORIZON"
}
resource "aws_kinesis_firehose_delivery_stream" "d" {
  name        = "d"
  destination = "extended_s3"
  kinesis_source_configuration {
    kinesis_stream_arn = var.stream_arn
    role_arn           = aws_iam_role.r.arn
  }
  dynamic "extended_s3_configuration" {
    for_each = [1]
    content {
      bucket_arn = var.bucket_arn
      role_arn   = aws_iam_role.r.arn
      prefix     = "out/"
    }
  }
}
`,
  "pipeline/fn.zip": "",
};

describeProvider("a folder of HCL", () => {
  it("is planned by Terraform, with every reference resolved, and nothing is left in it", async () => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { stack, folderPlan } = await openStack({ path: join(folder, "stack") });
    const arn = "arn:aws:kinesis:us-east-1:000000000000:stream/events";
    expect(stack.streams).toMatchObject([{ name: "events", arn, shardCount: 2 }]);
    expect(stack.buckets.map(({ name }) => name).sort()).toEqual([
      "lake-done-000000000000",
      "lake-raw-000000000000",
    ]);
    expect(stack.functions[0]?.environment).toEqual({ STREAM: arn, MODE: "test" });
    expect(stack.mappings[0]).toMatchObject({ streamArn: arn, functionArn: stack.functions[0]?.arn });
    expect(stack.deliveryStreams[0]).toMatchObject({
      sourceStreamArn: arn,
      destination: { bucket: "lake-raw-000000000000", prefix: "out/" },
    });
    expect(readdirSync(join(folder, "stack"))).toEqual(["main.tf"]);
    expect(existsSync(join(folder, "pipeline", ".terraform"))).toBe(false);
    const note = vi.fn();
    const remembered = JSON.parse(JSON.stringify(folderPlan)) as FolderPlan;
    expect((await openStack({ path: join(folder, "stack"), remembered, note })).stack).toEqual(stack);
    expect(note).not.toHaveBeenCalled();
  });
});

describeProvider("a folder of HCL, for a provider that runs on between Terraform's commands,", () => {
  let account: StandIn;
  let provider: Provider;

  beforeAll(async () => {
    const program = (preparedTerraform() as Terraform).providerProgram;
    account = await standIn();
    const used = new Set(readFileSync(__filename, "utf8").match(/\baws_\w+/g));
    const env = { ...inherited(), ...account.env };
    provider = await startProvider(program, temporaryFolder(), env, () => used);
    vi.stubEnv("TF_REATTACH_PROVIDERS", provider.env.TF_REATTACH_PROVIDERS);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await provider?.kill();
    account?.close();
  });

  it("may name a role that its provider takes on, and a role's inline policy for a bucket without a name", async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "main.tf"),
      `
provider "aws" {
  region = "eu-west-1"
  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/deploy"
  }
}
resource "aws_kinesis_stream" "s" {
  name        = "events"
  shard_count = 1
}
resource "aws_s3_bucket" "b" {
  bucket_prefix = "logs-"
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
  inline_policy {
    name   = "s3"
    policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = aws_s3_bucket.b.arn }] })
  }
}
`,
    );
    const { stack } = await openStack({ path: folder });
    expect(stack.streams).toMatchObject([{ name: "events" }]);
    const [bucket] = stack.buckets;
    expect(JSON.stringify(stack.access)).toContain(`arn:aws:s3:::${bucket?.name}`);
  });

  it("names the files of its own folder by absolute paths as well", async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "main.tf"),
      `
resource "aws_lambda_function" "f" {
  function_name = "fn"
  role          = "arn:aws:iam::000000000000:role/r"
  handler       = "index.handler"
  runtime       = "nodejs20.x"
  filename      = abspath("fn.zip")
  environment { variables = { FOLDER = path.cwd } }
}
`,
    );
    writeFileSync(join(folder, "fn.zip"), "");
    const [fn] = (await openStack({ path: folder })).stack.functions;
    expect(fn?.environment).toEqual({ FOLDER: folder });
    expect(JSON.stringify(fn)).toContain(join(folder, "fn.zip"));
  });

  it("leaves out of a function's environment only the values that nobody can know", async () => {
    const folder = temporaryFolder();
    const fn = (name: string, rest: string) => `
resource "aws_lambda_function" "${name}" {
  role     = "arn:aws:iam::000000000000:role/r"
  handler  = "index.handler"
  runtime  = "nodejs20.x"
  filename = "fn.zip"
  ${rest}
}`;
    writeFileSync(join(folder, "fn.zip"), "");
    writeFileSync(
      join(folder, "main.tf"),
      `
data "aws_ssm_parameter" "token" { name = "/token" }
resource "aws_kinesis_stream" "s" {
  name        = "events"
  shard_count = 1
}
${fn("plain", 'function_name = "plain"\n environment { variables = { A = "1", S = aws_kinesis_stream.s.arn, T = data.aws_ssm_parameter.token.value } }')}
${fn(
  "many",
  `count = 2
  function_name = "many-\${count.index}"
  environment { # }
    variables = merge({ A = "}\${count.index}" }, {
      T = "x-\${data.aws_ssm_parameter.token.value}"
    })
  }
  dynamic "dead_letter_config" {
    for_each = []
    content { target_arn = "" }
  }`,
)}
${fn(
  "made",
  `for_each = { k = "v" }
  function_name = each.key
  dynamic "environment" {
    for_each = [each.value]
    content {
      variables = { A = environment.value, T = data.aws_ssm_parameter.token.value }
    }
  }`,
)}`,
    );
    const { stack } = await openStack({ path: folder });
    expect(stack.functions.map(({ name, environment }) => [name, environment]).sort()).toEqual([
      ["k", { A: "v" }],
      ["many-0", { A: "}0" }],
      ["many-1", { A: "}1" }],
      ["plain", { A: "1", S: "arn:aws:kinesis:us-east-1:000000000000:stream/events" }],
    ]);
    expect(stack.unsupported).toHaveLength(4);
    for (const sentence of stack.unsupported)
      expect(sentence).toMatch(
        /^aws_lambda_function\.\S+: environment\.variables\.T: can't be known here: .*: this value of the environment is left out$/,
      );
  });

  it("that Terraform can't plan is refused with what it says", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.tf"), 'resource "aws_kinesis_stream" "s" { name = nothing.here }');
    await expect(openStack({ path: folder })).rejects.toThrow(/terraform (?:init|plan) failed: .*undeclared/);
  });

  it("leaves out only what AWS alone could answer of its data sources, and knows the names and ARNs of the others", async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "network.tfstate"),
      JSON.stringify({
        version: 4,
        terraform_version: "1.5.0",
        serial: 1,
        lineage: "a",
        outputs: { zone: { value: "z1", type: "string" } },
        resources: [],
      }),
    );
    writeFileSync(
      join(folder, "main.tf"),
      `
provider "aws" { region = "eu-west-1" }
data "aws_kinesis_stream" "events" { name = "events" } # a brace }
data "aws_s3_bucket" "logs" {
  bucket = "central-logs-\${var.stage}"
}
data "aws_ssm_parameter" "token" {
  /* another } */
  name = "/token"
}
data "terraform_remote_state" "network" {
  backend = "local"
  config  = { path = "\${path.module}/network.tfstate" }
}
data "aws_iam_policy_document" "write" {
  statement {
    actions   = ["s3:PutObject"]
    resources = ["\${data.aws_s3_bucket.logs.arn}/out/*"]
  }
}
variable "stage" { default = "dev" }
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}
resource "aws_iam_role_policy" "write" {
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.write.json
}
resource "aws_lambda_function" "secret" {
  function_name = "secret"
  role          = aws_iam_role.r.arn
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "fn.zip"
  environment { variables = { TOKEN = data.aws_ssm_parameter.token.value } }
}
resource "aws_lambda_function" "known" {
  function_name = "known"
  role          = aws_iam_role.r.arn
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "fn.zip"
  environment {
    variables = {
      BUCKET = "s3://\${data.aws_s3_bucket.logs.bucket}/"
      ZONE   = data.terraform_remote_state.network.outputs.zone
    }
  }
}
resource "aws_lambda_event_source_mapping" "m" {
  event_source_arn  = data.aws_kinesis_stream.events.arn
  function_name     = aws_lambda_function.known.arn
  starting_position = "LATEST"
}
`,
    );
    writeFileSync(join(folder, "fn.zip"), "");
    const { stack } = await openStack({ path: folder });
    expect(stack.streams).toMatchObject([{ name: "events" }]);
    expect(stack.mappings).toMatchObject([{ streamArn: stack.streams[0]?.arn }]);
    const [known, secret] = ["known", "secret"].map((name) => stack.functions.find((fn) => fn.name === name));
    expect(known?.environment).toEqual({ BUCKET: "s3://central-logs-dev/", ZONE: "z1" });
    expect(secret?.environment).toEqual({});
    expect(stack.unsupported).toEqual([
      'aws_lambda_function.secret: environment.variables.TOKEN: can\'t be known here: data.aws_ssm_parameter.token has no known "value": this value of the environment is left out',
    ]);
    expect(JSON.stringify(stack.access.rolePolicies)).toContain("arn:aws:s3:::central-logs-dev/out/*");
  });

  it("knows in texts as well what its modules look up, and what else is asked of a resource", async () => {
    const folder = temporaryFolder();
    const files = {
      "main.tf": `
provider "aws" { region = "eu-west-1" }
resource "aws_dynamodb_table" "t" {
  name         = "sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
module "a" {
  source = "./reader"
  name   = "one"
}
module "b" {
  source   = "./reader"
  for_each = toset(["two"])
  name     = each.key
}
output "label" { value = aws_dynamodb_table.t.stream_label }
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}
resource "aws_iam_role_policy" "r" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "dynamodb:*", Resource = [aws_dynamodb_table.t.arn, "\${aws_dynamodb_table.t.arn}/index/*"] }] })
}
`,
      "reader/main.tf": `
variable "name" {}
resource "aws_iam_role" "reader" {
  name               = var.name
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}
resource "aws_iam_role_policy" "reader" {
  role   = aws_iam_role.reader.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = ["\${data.aws_s3_bucket.logs.arn}/*"] }] })
}
`,
      "reader/data.tf.json": JSON.stringify({ data: { aws_s3_bucket: { logs: [{ bucket: "logs" }] } } }),
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { stack } = await openStack({ path: folder });
    expect(stack.unsupported).toEqual([]);
    const policies = stack.access.rolePolicies.map(({ role, document }) => [role, document] as const);
    const table = "arn:aws:dynamodb:eu-west-1:000000000000:table/sessions";
    expect(new Map(policies).get("r")).toContain(`"Resource":["${table}","${table}/index/*"]`);
    for (const role of ["one", "two"])
      expect(new Map(policies).get(role)).toContain('"Resource":["arn:aws:s3:::logs/*"]');
  });
});
