import { expect, it } from "vitest";
import { firstError } from "../../terraform/inputs/diagnostics";

it("an error of Terraform is told in one line, with its place and its detail, and without the source", () => {
  const output = `╷
│ Error: Conflicting configuration arguments
│
│   with aws_kinesis_firehose_delivery_stream.f,
│   on main.tf line 60, in resource "aws_kinesis_firehose_delivery_stream" "f":
│   60: resource "aws_kinesis_firehose_delivery_stream" "f" {
│
│ "server_side_encryption": conflicts with kinesis_source_configuration
╵
`;
  expect(firstError(output)).toBe(
    'Conflicting configuration arguments with aws_kinesis_firehose_delivery_stream.f, on main.tf line 60, in resource "aws_kinesis_firehose_delivery_stream" "f": "server_side_encryption": conflicts with kinesis_source_configuration',
  );
});

it("of several errors of Terraform, the first that says something is told", () => {
  const output = `│ Error: Terraform encountered problems during initialisation
│
╵
╷
│ Error: Invalid expression
│
│   on main.tf line 1:
│    1: x = 1 +
│     ├────────────────
│     │ var.n is 2
│
│ Expected the start of an expression.
╵
`;
  expect(firstError(output)).toBe(
    "Invalid expression on main.tf line 1: var.n is 2 Expected the start of an expression.",
  );
});
