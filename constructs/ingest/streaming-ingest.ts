import { Token } from "cdktf";
import { Construct } from "constructs";
import { checkKey, type KeyReference, keyForParts } from "../core/key";
import { defaultName } from "../core/names";
import { Problems } from "../core/problems";
import * as references from "../core/references";
import { decisive, either, object, oneOf, optional, type Shapes, shaped, text } from "../core/shape";
import { nameParts } from "../core/unique-names";
import {
  IngestMonitoring,
  type IngestMonitoringProps,
  ingestMonitoringShapes,
} from "../monitoring/ingest-monitoring";
import { type DeadLetterQueueProps, deadLetterQueueShape } from "./dead-letter-queue";
import {
  type IStream,
  Stream,
  type StreamProps,
  type StreamReference,
  streamOf,
  streamReference,
  streamShapes,
} from "./stream";
import { StreamDelivery } from "./stream-delivery";
import {
  type DeliveryProps,
  deliveryShapes,
  destinationShape,
  keepRawShape,
  type StreamDeliveryProps,
} from "./stream-delivery-props";
import { StreamProcessor } from "./stream-processor";
import {
  type FunctionProps,
  type FunctionReference,
  functionShape,
  isExisting,
  mappingShape,
  type StreamMappingProps,
} from "./stream-processor-props";

/** A name of at most 54 characters, because the longest suffix, `-processor`, must still fit into 64. */
const namePattern = /^[a-zA-Z0-9_-]{1,54}$/;

export interface StreamingIngestProps {
  /**
   * First part of all names that are not given: 1-54 letters, digits and `_-`.
   *
   * @default - `<project>-<environment>-<construct id>`
   */
  readonly name?: string;
  /** An existing stream, or the properties of a new one. @default - a new stream with one shard */
  readonly stream?: StreamReference | StreamProps;
  /** Path of the file that exports the `handler` of a new function. Can't be given together with `function`. */
  readonly handler?: string;
  /**
   * The function that processes every record: properties of a new one, or an existing one. Can't be given together with
   * `handler`.
   */
  readonly function?: FunctionProps | FunctionReference;
  /** How the function reads the stream. @default - the defaults of {@link StreamMappingProps} */
  readonly mapping?: StreamMappingProps;
  /** The queue for discarded batches. @default - a new queue */
  readonly onFailure?: DeadLetterQueueProps;
  /** The table, or the folder of a lake, to which every record is delivered. */
  readonly to: StreamDeliveryProps["to"];
  /** Whether the records are also kept as they were sent: see {@link DeliveryProps.keepRaw}. */
  readonly keepRaw?: DeliveryProps["keepRaw"];
  /** Other properties of the delivery. @default - the defaults of {@link DeliveryProps} */
  readonly delivery?: Omit<DeliveryProps, "keepRaw">;
  /** Properties of the alarms and the dashboard, or `false` for none. @default - on, with a new topic */
  readonly monitoring?: Omit<IngestMonitoringProps, "ingest"> | false;
  /**
   * Customer-managed key of a new stream, the queue, the function's environment and the logs.
   *
   * @default - the lake's key if this app has created the lake; otherwise keys that AWS manages
   */
  readonly encryptionKey?: KeyReference;
}

const { keepRaw: _, ...ofDelivery } = deliveryShapes;
const { ingest: __, ...ofMonitoring } = ingestMonitoringShapes;

const shapes: Shapes<StreamingIngestProps> = {
  name: optional(text),
  stream: optional(
    either(
      "a stream, its ARN, or the props of a new one",
      streamReference,
      object<StreamProps>(streamShapes),
    ),
  ),
  handler: decisive(text),
  function: optional(functionShape),
  mapping: optional(mappingShape),
  onFailure: optional(deadLetterQueueShape),
  to: destinationShape,
  keepRaw: keepRawShape,
  delivery: optional(object<Omit<DeliveryProps, "keepRaw">>(ofDelivery)),
  monitoring: optional(
    either("false, or its props", oneOf(false), object<Omit<IngestMonitoringProps, "ingest">>(ofMonitoring)),
  ),
  encryptionKey: optional(references.key),
};

/** A stream with two readers: a Lambda function that reacts to records immediately, and Firehose for the lake. */
export class StreamingIngest extends Construct {
  readonly name: string;
  readonly stream: IStream;
  readonly processor: StreamProcessor;
  readonly delivery: StreamDelivery;
  /** The alarms and the dashboard; absent with `monitoring: false`. */
  readonly monitoring?: IngestMonitoring;

  constructor(scope: Construct, id: string, props: StreamingIngestProps) {
    super(scope, id);
    props = shaped(this, props, shapes);
    const { to, keepRaw, mapping, onFailure } = props;
    const encryptionKey = keyForParts(props.encryptionKey ?? to.lake.pipelineKey);
    const name = props.name ?? defaultName(this);
    // With an invalid name, every part's name would be reported as well, so the parts get another.
    this.name = Token.isUnresolved(name) || namePattern.test(name) ? name : `ingest-${this.node.addr}`;
    nameParts(this, "name", this.name);
    Problems.check(this, (problems) => {
      problems.name(
        "name",
        name,
        namePattern,
        "1-54 letters, digits and _-, because the parts' names are longer",
      );
      problems.exclusive("handler", props.handler, "function", props.function);
      checkKey(problems, "encryptionKey", props.encryptionKey);
      if (props.handler === undefined && props.function === undefined)
        problems.add("handler", undefined, "give the handler's file, or a function");
    });
    // Without a handler, the archive would also report that its file is missing. This keeps it from doing so.
    if (props.handler === undefined && props.function === undefined)
      Problems.checkOnce(this, "entry ", () => {});
    this.stream = this.streamOf(props.stream ?? {}, encryptionKey);
    const { stream } = this;
    this.processor = new StreamProcessor(this, "processor", {
      stream,
      name: `${this.name}-processor`,
      function: this.functionOf(props),
      mapping,
      onFailure,
      encryptionKey,
    });
    this.delivery = new StreamDelivery(this, "delivery", {
      stream,
      to,
      keepRaw,
      encryptionKey,
      name: `${this.name}-delivery`,
      ...props.delivery,
    });
    if (props.monitoring !== false)
      this.monitoring = new IngestMonitoring(this, "monitoring", { ...props.monitoring, ingest: this });
  }

  private streamOf(stream: StreamReference | StreamProps, encryptionKey: KeyReference | undefined): IStream {
    return typeof stream === "string" || "arn" in stream
      ? streamOf(this, "stream", stream)
      : new Stream(this, "stream", { name: this.name, encryptionKey, ...stream });
  }

  private functionOf({
    handler = "",
    function: known,
  }: StreamingIngestProps): FunctionProps | FunctionReference {
    if (typeof known === "string" || (known && isExisting(known))) return known;
    return { entry: handler, ...known };
  }
}
