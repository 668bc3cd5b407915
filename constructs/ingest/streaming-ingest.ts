import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { KinesisStream } from "@cdktf/provider-aws/lib/kinesis-stream";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { decryptStatement, encryptStatement } from "../core/customer-managed-key";
import { grant } from "../core/iam";
import { defaultName } from "../core/names";
import { Problems } from "../core/problems";
import {
  checkIngestMonitoringProps,
  IngestMonitoring,
  type IngestMonitoringProps,
} from "../monitoring/ingest-monitoring";
import type { Metric } from "../monitoring/metric";
import {
  checkStreamProps,
  createStream,
  retentionHoursOf,
  type StreamProps,
  streamMetric,
  streamReadActions,
  streamWriteActions,
} from "./kinesis-stream";
import { StreamDelivery } from "./stream-delivery";
import type { StreamDeliveryProps } from "./stream-delivery-props";
import { checkStreamDeliveryProps } from "./stream-delivery-rules";
import { StreamProcessor } from "./stream-processor";
import type { StreamProcessorProps, StreamSource } from "./stream-processor-props";
import { checkStreamProcessorProps } from "./stream-processor-rules";

export interface StreamingIngestProps {
  /** First part of the names that are not given. @default - `<project>-<environment>-<construct id>` */
  readonly name?: string;
  /** An existing stream, or … @default - a new one */
  readonly stream?: KinesisStream;
  /** … the properties of a new one. */
  readonly streamProps?: StreamProps;
  /** The function that is given every record. */
  readonly processor: StreamProcessorProps;
  /** Where every record is delivered. */
  readonly delivery: StreamDeliveryProps;
  /** Alarms and dashboard. @default - on, with a new topic */
  readonly monitoring?: IngestMonitoringProps | false;
  /**
   * Customer-managed key of the stream (an existing one included), the queue, the function's environment, the logs
   * and the alarm topic. @default - keys that AWS manages
   */
  readonly encryptionKey?: KmsKey;
}

/** A stream with two readers: a Lambda function for what must be known at once, and Firehose for the lake. */
export class StreamingIngest extends Construct {
  readonly name: string;
  readonly stream: KinesisStream;
  readonly processor: StreamProcessor;
  readonly delivery: StreamDelivery;
  /** Absent with `monitoring: false`. */
  readonly monitoring?: IngestMonitoring;

  private readonly source: StreamSource;

  constructor(scope: Construct, id: string, props: StreamingIngestProps) {
    super(scope, id);
    const { encryptionKey, stream } = props;
    this.name = props.name ?? defaultName(this);
    const streamProps = { encryptionKey, ...props.streamProps };
    const processor = { encryptionKey, functionName: `${this.name}-processor`, ...props.processor };
    const delivery = { encryptionKey, name: `${this.name}-delivery`, ...props.delivery };
    const retentionHours = retentionHoursOf(stream, streamProps);
    Problems.check(this, (problems) => {
      problems.exclusive("stream", stream, "streamProps", props.streamProps);
      checkStreamProps(problems.at("streamProps"), streamProps, this.name);
      const name = processor.functionName;
      checkStreamProcessorProps(problems.at("processor"), processor, { name, retentionHours });
      checkStreamDeliveryProps(problems.at("delivery"), delivery, { name: delivery.name });
      checkIngestMonitoringProps(problems.at("monitoring"), props.monitoring || {});
    });

    this.stream = stream ?? createStream(this, "stream", this.name, streamProps);
    this.source = { stream: this.stream, retentionHours, encryptionKey: streamProps.encryptionKey };
    this.processor = new StreamProcessor(this, "processor", this.source, processor);
    this.delivery = new StreamDelivery(this, "delivery", this.source, delivery);
    if (props.monitoring !== false)
      this.monitoring = new IngestMonitoring(this, "monitoring", this, {
        encryptionKey,
        ...props.monitoring,
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

  metricIncomingBytes(): Metric {
    return streamMetric(this.stream, "IncomingBytes", "Sum");
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
