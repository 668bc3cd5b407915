import { expect, it } from "vitest";
import { Authority } from "../../../local/iam/index";
import { functionCalls } from "../../../local/runner/access/lambda";
import { loadStack } from "../../../terraform/index";
import { temporaryFolder } from "../../support/folders";
import { writeStack } from "../fixtures/stack";

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

/** Whether a function may write its log to a group that nobody has made, by the resource of its policy. */
function mayLog(resource: string): boolean[] {
  const folder = temporaryFolder();
  const trust = document({
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
  });
  const policy = document({
    Effect: "Allow",
    Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: resource,
  });
  const stack = loadStack(
    writeStack(folder, {
      fn: { role: "${aws_iam_role.fn.arn}" },
      more: {
        aws_iam_role: { fn: { name: "fn", assume_role_policy: trust } },
        aws_iam_role_policy: { fn: { name: "fn", role: "fn", policy } },
      },
    }),
  );
  const [fn] = stack.functions;
  if (!fn) throw new Error("the stack has no function");
  const authority = new Authority(stack);
  return functionCalls(stack, fn).log.map((call) => authority.decide(call).allowed);
}

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
it.each(["*", ":*"])("lets a function make and write its log group by /aws/lambda/name%s", (end) => {
  const group = `arn:aws:logs:eu-west-1:000000000000:log-group:/aws/lambda/lab-test-process${end}`;
  expect(mayLog(group)).toEqual([true, true, true]);
});

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
it("does not let a function do so by the ARN without :*, which only calls for tags use", () => {
  expect(mayLog("arn:aws:logs:eu-west-1:000000000000:log-group:/aws/lambda/lab-test-process")).toEqual([
    false,
    false,
    false,
  ]);
});
