import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { KinesisStream } from "@cdktf/provider-aws/lib/kinesis-stream";
import { Construct } from "constructs";
import { decryptStatement, encryptStatement } from "./encryption-key";
import { grant } from "./iam";
import {
  checkStreamProps,
  createStream,
  defaultStreamRetentionHours,
  type StreamProps,
  streamMetric,
  streamReadActions,
  streamWriteActions,
} from "./kinesis-stream";
import type { Metric } from "./metric";
import { defaultName } from "./names";
import { Problems } from "./problems";
import { StreamDelivery, type StreamDeliveryProps } from "./stream-delivery";
import { checkStreamDeliveryProps } from "./stream-delivery-rules";
import { StreamProcessor, type StreamProcessorProps, type StreamSource } from "./stream-processor";
import { checkStreamProcessorProps } from "./stream-processor-rules";

export interface StreamingIngestProps {
  /** An existing stream, or … @default - a new one */
  readonly stream?: KinesisStream;
  /** … the properties of a new one. */
  readonly streamProps?: StreamProps;
  /** The function that is given every record. */
  readonly processor: StreamProcessorProps;
  /** Where every record is delivered. */
  readonly delivery: StreamDeliveryProps;
}

/**
 * A stream with two readers: a Lambda function for what must be known at once, and Firehose for the lake.
 */
export class StreamingIngest extends Construct {
  readonly stream: KinesisStream;
  readonly processor: StreamProcessor;
  readonly delivery: StreamDelivery;

  private readonly source: StreamSource;

  constructor(scope: Construct, id: string, props: StreamingIngestProps) {
    super(scope, id);
    const { streamProps = {} } = props;
    const retentionHours = streamProps.retentionHours ?? defaultStreamRetentionHours;
    Problems.check(this, (problems) => {
      problems.exclusive("stream", props.stream, "streamProps", props.streamProps);
      checkStreamProps(problems.at("streamProps"), streamProps);
      checkStreamProcessorProps(problems.at("processor"), props.processor, {
        name: props.processor.functionName ?? `${defaultName(this)}-processor`,
        retentionHours,
      });
      checkStreamDeliveryProps(problems.at("delivery"), props.delivery, {
        name: props.delivery.name ?? `${defaultName(this)}-delivery`,
      });
    });

    this.stream = props.stream ?? createStream(this, "stream", defaultName(this), streamProps);
    this.source = { stream: this.stream, retentionHours, encryptionKey: streamProps.encryptionKey };
    this.processor = new StreamProcessor(this, "processor", this.source, {
      ...props.processor,
      functionName: props.processor.functionName ?? `${defaultName(this)}-processor`,
    });
    this.delivery = new StreamDelivery(this, "delivery", this.source, {
      ...props.delivery,
      name: props.delivery.name ?? `${defaultName(this)}-delivery`,
    });
  }

  /** Lets a producer put records. */
  grantWrite(role: IamRole): IamRolePolicy {
    const { encryptionKey } = this.source;
    return grant(this, "write-stream", role, [
      { actions: streamWriteActions, resources: [this.stream.arn] },
      ...(encryptionKey ? [encryptStatement(encryptionKey)] : []),
    ]);
  }

  /** Lets another consumer read records. */
  grantRead(role: IamRole): IamRolePolicy {
    const { encryptionKey } = this.source;
    return grant(this, "read-stream", role, [
      { actions: streamReadActions, resources: [this.stream.arn] },
      ...(encryptionKey ? [decryptStatement(encryptionKey)] : []),
    ]);
  }

  metricIncomingRecords(): Metric {
    return streamMetric(this.stream, "IncomingRecords", "Sum");
  }

  /** Records that were refused because a shard was full. */
  metricWriteThrottles(): Metric {
    return streamMetric(this.stream, "WriteProvisionedThroughputExceeded", "Sum");
  }

  /** Reads that were refused because a shard's readers asked too often. */
  metricReadThrottles(): Metric {
    return streamMetric(this.stream, "ReadProvisionedThroughputExceeded", "Sum");
  }
}
