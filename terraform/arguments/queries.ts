import type { Treatments } from "./treatment";

export const queryArguments: Treatments = {
  aws_glue_catalog_database: {
    run: ["name"],
    noted: ["catalog_id", "description", "location_uri", "parameters", "tags", "tags_all"],
    "not run": ["create_table_default_permission", "federated_database", "target_database"],
  },
  aws_glue_catalog_table: {
    run: [
      "database_name",
      "name",
      "parameters",
      "partition_keys",
      "storage_descriptor.bucket_columns",
      "storage_descriptor.columns",
      "storage_descriptor.input_format",
      "storage_descriptor.location",
      "storage_descriptor.number_of_buckets",
      "storage_descriptor.ser_de_info",
      "table_type",
      "view_original_text",
    ],
    noted: [
      "catalog_id",
      "partition_keys.comment",
      "storage_descriptor.columns.comment",
      "storage_descriptor.output_format",
    ],
    "not run": [
      "description",
      "open_table_format_input",
      "owner",
      "partition_index",
      "partition_keys.parameters",
      "retention",
      "storage_descriptor",
      "storage_descriptor.columns.parameters",
      "storage_descriptor.ser_de_info.name",
      "target_table",
      "view_definition",
      "view_expanded_text",
    ],
  },
  aws_glue_partition: {
    run: ["database_name", "partition_values", "storage_descriptor.location", "table_name"],
    noted: ["catalog_id"],
    "not run": ["parameters", "storage_descriptor"],
  },
  aws_athena_database: {
    run: ["name"],
    noted: ["comment", "properties"],
    "not run": [
      "acl_configuration",
      "bucket",
      "encryption_configuration",
      "expected_bucket_owner",
      "force_destroy",
      "workgroup",
    ],
  },
  aws_athena_named_query: {
    run: ["database", "name", "query"],
    noted: ["description", "workgroup"],
    "not run": [],
  },
  aws_athena_prepared_statement: {
    run: ["name", "query_statement"],
    noted: ["description", "workgroup"],
    "not run": [],
  },
  aws_athena_workgroup: {
    run: [
      "configuration.bytes_scanned_cutoff_per_query",
      "configuration.enforce_workgroup_configuration",
      "configuration.result_configuration",
      "name",
      "state",
      "tags",
      "tags_all",
    ],
    noted: [
      "configuration.publish_cloudwatch_metrics_enabled",
      "configuration.result_configuration.encryption_configuration.encryption_option",
      "description",
    ],
    "not run": ["configuration", "force_destroy"],
  },
};
