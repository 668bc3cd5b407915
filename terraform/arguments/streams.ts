import type { Treatments } from "./treatment";

export const streamArguments: Treatments = {
  aws_kinesis_stream: {
    run: ["kms_key_id", "name", "retention_period", "shard_count", "stream_mode_details", "tags", "tags_all"],
    noted: ["arn"],
    "not run": [
      "encryption_type",
      "enforce_consumer_deletion",
      "max_record_size_in_kib",
      "shard_level_metrics",
    ],
  },
  aws_kinesis_resource_policy: {
    run: ["policy", "resource_arn"],
    noted: [],
    "not run": [],
  },
  aws_kinesis_firehose_delivery_stream: {
    run: [
      "destination",
      "extended_s3_configuration",
      "http_endpoint_configuration",
      "kinesis_source_configuration",
      "name",
      "tags",
      "tags_all",
    ],
    noted: [
      "arn",
      "extended_s3_configuration.dynamic_partitioning_configuration.retry_duration",
      "extended_s3_configuration.data_format_conversion_configuration.output_format_configuration.serializer.orc_ser_de",
      "extended_s3_configuration.data_format_conversion_configuration.schema_configuration.catalog_id",
      "extended_s3_configuration.data_format_conversion_configuration.schema_configuration.region",
    ],
    "not run": [
      "destination_id",
      "elasticsearch_configuration",
      "extended_s3_configuration.data_format_conversion_configuration.output_format_configuration.serializer.parquet_ser_de.block_size_bytes",
      "extended_s3_configuration.data_format_conversion_configuration.output_format_configuration.serializer.parquet_ser_de.enable_dictionary_compression",
      "extended_s3_configuration.data_format_conversion_configuration.output_format_configuration.serializer.parquet_ser_de.max_padding_bytes",
      "extended_s3_configuration.data_format_conversion_configuration.output_format_configuration.serializer.parquet_ser_de.page_size_bytes",
      "extended_s3_configuration.data_format_conversion_configuration.output_format_configuration.serializer.parquet_ser_de.writer_version",
      "extended_s3_configuration.data_format_conversion_configuration.schema_configuration.version_id",
      "http_endpoint_configuration.name",
      "http_endpoint_configuration.role_arn",
      "http_endpoint_configuration.secrets_manager_configuration",
      "iceberg_configuration",
      "msk_source_configuration",
      "opensearch_configuration",
      "opensearchserverless_configuration",
      "redshift_configuration",
      "server_side_encryption",
      "snowflake_configuration",
      "splunk_configuration",
      "version_id",
    ],
  },
};
