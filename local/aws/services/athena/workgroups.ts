import { workgroupArn } from "@streaming-data-lake/runner/access/athena";
import type { ReadStack, Settings, Stack } from "@streaming-data-lake/terraform";
import { AwsError } from "../../protocol/errors";

/**
 * The settings of a workgroup.
 *
 * https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
 */
export interface WorkgroupRules {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly isEnabled: boolean;
  /** Where results are written, such as `s3://bucket/prefix/`. */
  readonly outputLocation: string | undefined;
  /** Whether the workgroup's settings override those of the client. */
  readonly enforces: boolean;
  readonly publishesMetrics: boolean;
  /** Largest amount of data that a query may scan. A query that scans more is cancelled. Bytes. */
  readonly cutoffBytes: number | undefined;
  readonly encryption: { readonly option: string; readonly kmsKey: string | undefined } | undefined;
}

/** The stack's workgroups, and the workgroup `primary`, which every account has. */
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
        // Terraform's plan and state have 0 when no limit is set.
        cutoffBytes: cutoff > 0 ? cutoff : undefined,
        encryption: encryption && {
          option: encryption.text("encryption_option") ?? "SSE_S3",
          kmsKey: encryption.text("kms_key_arn"),
        },
      },
    ];
  } catch {
    // A workgroup that cannot be resolved locally is left out. It is reported at the start.
    return [];
  }
}

export const invalidRequest = (message: string): AwsError =>
  new AwsError("InvalidRequestException", message, 400, { AthenaErrorCode: "INVALID_INPUT" });

/**
 * The location of a query's results, with a slash at its end.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
 *
 * @throws AwsError InvalidRequestException when there is none, or when it is not a valid location.
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
