import { direct, type StackOptions } from "../../runner/fixtures/stack";

const nothing = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
});

export const tags = { team: "lake" };

/** One resource of each kind that clients ask for. */
export const walkedStack: StackOptions = {
  more: {
    aws_sqs_queue: { work: { name: "work", tags } },
    aws_sns_topic: { alerts: { name: "alerts", tags } },
    aws_athena_workgroup: { lab: { name: "lab" } },
    aws_cloudwatch_metric_alarm: {
      late: {
        alarm_name: "late",
        namespace: "AWS/Kinesis",
        metric_name: "GetRecords.IteratorAgeMilliseconds",
        statistic: "Maximum",
        comparison_operator: "GreaterThanThreshold",
        threshold: 60_000,
        period: 60,
        evaluation_periods: 1,
      },
    },
    aws_kms_key: { lake: {} },
    aws_kms_alias: { lake: { name: "alias/lake", target_key_id: "${aws_kms_key.lake.key_id}" } },
    aws_secretsmanager_secret: { token: { name: "token" } },
    aws_secretsmanager_secret_version: {
      token: { secret_id: "${aws_secretsmanager_secret.token.id}", secret_string: "s3cret" },
    },
    aws_ssm_parameter: { one: { name: "/lab/one", type: "String", value: "1" } },
    aws_iam_role: { nobody: { name: "nobody", assume_role_policy: nothing } },
    aws_kinesis_firehose_delivery_stream: { direct },
  },
};
