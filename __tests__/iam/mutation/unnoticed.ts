/** Changes that no run can show, each with its reason. */
export const unnoticed: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: /without glue:GetTables$/,
    reason: "SHOW TABLES, which Athena's page lists with the actions of every query",
  },
  {
    pattern: /\(lake-\w+\) .*processed\/views_daily\/\* narrowed$/,
    reason: "a roll-up may read the table that it fills, to leave out what is there; this one doesn't",
  },
  {
    pattern: /^aws_iam_role_policy\.partner-delivery_write-bucket_.*\/errors\/\* narrowed$/,
    reason: "Firehose writes there when a processor fails, and the one of this delivery never does",
  },
];
