import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { allow } from "../access/iam";
import { type RoleReference, roleArn } from "../access/role";
import { type KeyReference, keyArn } from "../core/key";
import { FunctionArchive } from "./function-archive";
import { defaultTimeoutSeconds, type FunctionProps } from "./stream-processor-props";
import { environmentOf } from "./stream-processor-rules";

const nodeMajor = 22;

export interface NodeFunctionProps extends FunctionProps {
  readonly name: string;
  readonly role: RoleReference;
  readonly encryptionKey?: KeyReference;
  /** Resources that must exist before the function is created. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** A Node.js function that is bundled at synthesis, with its own log group. */
export class NodeFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const kmsKeyArn = props.encryptionKey && keyArn(props.encryptionKey);
    this.logGroup = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/lambda/${props.name}`,
      retentionInDays: props.logRetentionDays ?? 14,
      kmsKeyId: kmsKeyArn,
    });
    const archive = new FunctionArchive(this, "archive", { entry: props.entry, nodeMajor });
    this.function = new LambdaFunction(this, "function", {
      functionName: props.name,
      role: roleArn(props.role),
      runtime: `nodejs${nodeMajor}.x`,
      architectures: ["arm64"],
      handler: "index.handler",
      filename: archive.path,
      sourceCodeHash: archive.sourceCodeHash,
      memorySize: props.memoryMegabytes ?? 256,
      timeout: props.timeoutSeconds ?? defaultTimeoutSeconds,
      reservedConcurrentExecutions: props.reservedConcurrency,
      environment: { variables: environmentOf(props) },
      kmsKeyArn,
      tracingConfig: { mode: props.tracing ? "Active" : "PassThrough" },
      // The function writes JSON itself. Lambda's JSON format would wrap it in more JSON.
      loggingConfig: { logFormat: "Text", logGroup: this.logGroup.name },
      dependsOn: [...props.dependsOn, ...new Set(this.attachPolicies(props))],
    });
  }

  private attachPolicies({ role, tracing }: NodeFunctionProps): ITerraformDependable[] {
    const policies = [
      allow(this, "write-logs", role, [
        { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${this.logGroup.arn}:*`] },
      ]),
    ];
    if (tracing)
      policies.push(
        allow(this, "trace", role, [
          // X-Ray's actions can't be restricted to resources:
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
          { actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources: ["*"] },
        ]),
      );
    return policies;
  }
}
