import type { Treatments } from "./treatment";

export const accessArguments: Treatments = {
  aws_iam_role: {
    run: [
      "assume_role_policy",
      "inline_policy",
      "managed_policy_arns",
      "name",
      "name_prefix",
      "path",
      "permissions_boundary",
      "tags",
      "tags_all",
    ],
    noted: [],
    "not run": ["description", "force_detach_policies", "max_session_duration"],
  },
  aws_iam_role_policy: {
    run: ["policy", "role"],
    noted: ["name"],
    "not run": ["name_prefix"],
  },
  aws_iam_policy: {
    run: ["name", "name_prefix", "path", "policy"],
    noted: [],
    "not run": ["description"],
  },
  aws_iam_role_policy_attachment: {
    run: ["policy_arn", "role"],
    noted: [],
    "not run": [],
  },
  aws_iam_policy_attachment: {
    run: ["policy_arn", "roles"],
    noted: [],
    "not run": ["groups", "name", "users"],
  },
  aws_kms_key: {
    run: ["policy", "tags", "tags_all"],
    noted: ["deletion_window_in_days", "description"],
    "not run": [
      "bypass_policy_lockout_safety_check",
      "custom_key_store_id",
      "customer_master_key_spec",
      "enable_key_rotation",
      "is_enabled",
      "key_usage",
      "multi_region",
      "rotation_period_in_days",
      "xks_key_id",
    ],
  },
  aws_kms_key_policy: {
    run: ["key_id", "policy"],
    noted: [],
    "not run": ["bypass_policy_lockout_safety_check"],
  },
  aws_kms_alias: {
    run: ["name", "name_prefix", "target_key_id"],
    noted: [],
    "not run": [],
  },
  aws_secretsmanager_secret: {
    run: ["name", "name_prefix", "tags", "tags_all"],
    noted: ["recovery_window_in_days"],
    "not run": ["description", "force_overwrite_replica_secret", "kms_key_id", "policy", "replica"],
  },
  aws_secretsmanager_secret_version: {
    run: ["secret_binary", "secret_id", "secret_string"],
    noted: [],
    "not run": ["secret_string_wo", "secret_string_wo_version", "version_stages"],
  },
  aws_ssm_parameter: {
    run: ["insecure_value", "name", "tags", "tags_all", "value"],
    noted: ["type"],
    "not run": [
      "allowed_pattern",
      "arn",
      "data_type",
      "description",
      "key_id",
      "overwrite",
      "tier",
      "value_wo",
      "value_wo_version",
    ],
  },
};
