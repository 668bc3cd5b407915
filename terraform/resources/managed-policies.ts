/**
 * AWS managed policies that pipelines often attach to their roles: the actions that each allows on all resources, by
 * the policy's name.
 *
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const allowedOnEverything: Readonly<Record<string, readonly string[]>> = {
  AWSLambdaBasicExecutionRole: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
  AWSLambdaKinesisExecutionRole: [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:ListStreams",
    "kinesis:SubscribeToShard",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  AWSXRayDaemonWriteAccess: [
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
  ],
  AmazonKinesisFullAccess: ["kinesis:*"],
  AmazonKinesisReadOnlyAccess: ["kinesis:Get*", "kinesis:List*", "kinesis:Describe*"],
  AmazonSQSFullAccess: ["sqs:*"],
  AdministratorAccess: ["*"],
};

/** @returns undefined for an unknown policy. */
export function awsManagedPolicy(arn: string): string | undefined {
  const [, name = ""] = /^arn:aws[\w-]*:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  const actions = Object.hasOwn(allowedOnEverything, name) ? allowedOnEverything[name] : undefined;
  return (
    actions &&
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
    })
  );
}
