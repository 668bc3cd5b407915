import { workgroupArn } from "@streaming-data-lake/runner/access/athena";
import type { ReadStack, Settings, Stack } from "@streaming-data-lake/terraform";
import { AwsError } from "../../protocol/errors";

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html */
export interface WorkgroupRules {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly isEnabled: boolean;
  /** `s3://bucket/prefix/` */
  readonly outputLocation: string | undefined;
  /** Its own settings hold over those of the one who asks. */
  readonly enforces: boolean;
  readonly publishesMetrics: boolean;
  /** A query that would read more is cancelled. Bytes. */
  readonly cutoffBytes: number | undefined;
  readonly encryption: { readonly option: string; readonly kmsKey: string | undefined } | undefined;
}

/** The stack's workgroups, and the one that each account has. */
export function workgroupsOf({ stack, resources }: ReadStack): ReadonlyMap<string, WorkgroupRules> {
  const primary: WorkgroupRules = {
    name: "primary",
    arn: workgroupArn(stack, "primary"),
    description: "",
    isEnabled: true,
    outputLocation: undefined,
    enforces: false,
    publishesMetrics: false,
    cutoffBytes: undefined,
    encryption: undefined,
  };
  const own = resources("aws_athena_workgroup").flatMap((settings) => readWorkgroup(stack, settings));
  return new Map([primary, ...own].map((workgroup) => [workgroup.name, workgroup]));
}

function readWorkgroup(place: Stack, settings: Settings): WorkgroupRules[] {
  try {
    const name = settings.required("name");
    const configuration = settings.block("configuration");
    const result = configuration?.block("result_configuration");
    const encryption = result?.block("encryption_configuration");
    const cutoff = configuration?.number("bytes_scanned_cutoff_per_query", 0) ?? 0;
    return [
      {
        name,
        arn: workgroupArn(place, name),
        description: settings.text("description") ?? "",
        isEnabled: (settings.text("state") ?? "ENABLED") === "ENABLED",
        outputLocation: result?.text("output_location"),
        enforces: configuration?.flag("enforce_workgroup_configuration", true) ?? true,
        publishesMetrics: configuration?.flag("publish_cloudwatch_metrics_enabled", true) ?? true,
        // A plan and a state have 0 where none is set.
        cutoffBytes: cutoff > 0 ? cutoff : undefined,
        encryption: encryption && {
          option: encryption.text("encryption_option") ?? "SSE_S3",
          kmsKey: encryption.text("kms_key_arn"),
        },
      },
    ];
  } catch {
    // What can't be resolved here is named at the start.
    return [];
  }
}

export const invalidRequest = (message: string): AwsError =>
  new AwsError("InvalidRequestException", message, 400, { AthenaErrorCode: "INVALID_INPUT" });

/**
 * Where a query's results go.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
 *
 * @throws AwsError InvalidRequestException
 */
export function outputOf(
  { outputLocation, enforces, name }: WorkgroupRules,
  asked: string | undefined,
): string {
  const location = enforces && outputLocation !== undefined ? outputLocation : (asked ?? outputLocation);
  if (location === undefined)
    throw invalidRequest(
      "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.",
    );
  if (!/^s3:\/\/[^/]+(\/|$)/.test(location))
    throw invalidRequest(`outputLocation is not a valid S3 path. (workgroup ${name}: ${location})`);
  return location.endsWith("/") ? location : `${location}/`;
}
