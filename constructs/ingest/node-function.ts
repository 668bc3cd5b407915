import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { attachPolicy } from "../core/iam";
import { FunctionArchive } from "./function-archive";
import { defaultTimeoutSeconds, type StreamFunctionProps } from "./stream-processor-props";

const nodeMajor = 22;

export interface NodeFunctionProps extends StreamFunctionProps {
  readonly entry: string;
  readonly functionName: string;
  readonly role: IamRole;
  readonly encryptionKey?: KmsKey;
  /** What must be there before the function. */
  readonly dependsOn: ITerraformDependable[];
}

/** A Node.js function, bundled at synth, traced, with a log group of its own. */
export class NodeFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    this.logGroup = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/lambda/${props.functionName}`,
      retentionInDays: props.logRetentionDays ?? 14,
      kmsKeyId: props.encryptionKey?.arn,
    });
    const archive = new FunctionArchive(this, "archive", { entry: props.entry, nodeMajor });
    this.function = new LambdaFunction(this, "function", {
      functionName: props.functionName,
      role: props.role.arn,
      runtime: `nodejs${nodeMajor}.x`,
      architectures: ["arm64"],
      handler: "index.handler",
      filename: archive.path,
      sourceCodeHash: archive.sourceCodeHash,
      memorySize: props.memoryMegabytes ?? 256,
      timeout: props.timeoutSeconds ?? defaultTimeoutSeconds,
      reservedConcurrentExecutions: props.reservedConcurrency,
      environment: { variables: { NODE_OPTIONS: "--enable-source-maps", ...props.environment } },
      kmsKeyArn: props.encryptionKey?.arn,
      tracingConfig: { mode: "Active" },
      // The function writes its own JSON; Lambda's JSON format would wrap it.
      loggingConfig: { logFormat: "Text", logGroup: this.logGroup.name },
      dependsOn: [...props.dependsOn, ...this.attachPolicies(props.role)],
    });
  }

  private attachPolicies(role: IamRole): ITerraformDependable[] {
    return [
      attachPolicy(this, "write-logs", role, [
        { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${this.logGroup.arn}:*`] },
      ]),
      attachPolicy(this, "trace", role, [
        // X-Ray has no resources to scope to:
        // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
        { actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources: ["*"] },
      ]),
    ];
  }
}
