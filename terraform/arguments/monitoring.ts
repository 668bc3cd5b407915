import type { Treatments } from "./treatment";

export const monitoringArguments: Treatments = {
  aws_cloudwatch_metric_alarm: {
    run: [
      "actions_enabled",
      "alarm_actions",
      "comparison_operator",
      "datapoints_to_alarm",
      "dimensions",
      "evaluation_periods",
      "extended_statistic",
      "insufficient_data_actions",
      "metric_name",
      "metric_query",
      "namespace",
      "ok_actions",
      "period",
      "statistic",
      "threshold",
      "treat_missing_data",
    ],
    noted: ["alarm_description", "alarm_name", "tags", "tags_all"],
    "not run": [
      "evaluate_low_sample_count_percentiles",
      "evaluation_criteria",
      "evaluation_interval",
      "metric_query.account_id",
      "metric_query.label",
      "metric_query.metric.unit",
      "metric_query.period",
      "threshold_metric_id",
      "unit",
    ],
  },
  aws_cloudwatch_log_group: {
    run: ["kms_key_id", "name", "name_prefix", "tags", "tags_all"],
    noted: ["retention_in_days"],
    "not run": ["deletion_protection_enabled", "log_group_class", "skip_destroy"],
  },
  aws_cloudwatch_dashboard: {
    run: [],
    noted: ["dashboard_body", "dashboard_name"],
    "not run": [],
  },
};
