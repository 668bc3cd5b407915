/**
 * What the console's page and its server say to each other: JSON over HTTP, server-sent events for what is live.
 *
 * Every request but those for the page's own files carries `Authorization: Bearer <token>`; the token stands in the
 * fragment of the URL that the runner prints. Times are milliseconds since 1970, durations milliseconds, sizes bytes.
 * Errors are answered with status 4xx or 5xx and an `ApiError`; events that fail end with an event `failure`, which is one too.
 *
 * | Method and path | Answer |
 * |---|---|
 * | `GET /api/pipeline` | `Pipeline` |
 * | `GET /api/status` | what `status --json` prints of the run: `RunnerStatus` |
 * | `GET /api/live` | events `live`: a `LiveState` now and once a second |
 * | `GET /api/streams/:name/shards` | `readonly ShardState[]` |
 * | `GET /api/streams/:name/records?shard&key&text&from&limit` | `RecordPage` |
 * | `GET /api/streams/:name/tail?shard&key&text&after` | events `records`: `readonly StreamRecord[]`, those after a position of the stream, then as they arrive |
 * | `POST /api/streams/:name/records?partitionKey`, the record's data as the body | `PutResult` |
 * | `GET /api/simulator`, `PUT /api/simulator` `SimulatorSettings` | `SimulatorState`; null where nothing is known that sends records like those of the stack |
 * | `GET /api/journeys?query&limit` | `readonly JourneyHead[]`, latest first: by key, sequence number or text of the record |
 * | `GET /api/journeys/:id` | `Journey` |
 * | `POST /api/journeys/:id/resend` | `PutResult` |
 * | `GET /api/buckets` | `readonly Bucket[]` |
 * | `GET /api/buckets/:name/objects?prefix&after` | `ObjectPage` |
 * | `GET /api/buckets/:name/object?key` | `ObjectDetail` |
 * | `GET /api/buckets/:name/content?key` | the object's bytes, as a download |
 * | `GET /api/catalog` | `CatalogTree` |
 * | `POST /api/queries` `QueryRequest` | `QueryState` (status 202) |
 * | `GET /api/queries` | `readonly QueryState[]`, latest first |
 * | `GET /api/queries/:id`, `DELETE /api/queries/:id` (stops it) | `QueryState` |
 * | `GET /api/queries/:id/rows?from&count` | `QueryRows` |
 * | `GET /api/queries/:id/csv` | CSV as Athena writes it, as a download |
 * | `GET /api/saved-queries` | `readonly SavedQuery[]` |
 * | `GET /api/functions` | `readonly FunctionState[]` |
 * | `GET /api/functions/:name/invocations?limit` | `readonly Invocation[]`, latest first |
 * | `GET /api/queues` | `readonly QueueState[]` |
 * | `GET /api/queues/:name/messages` | `readonly DeadLetter[]` |
 * | `POST /api/queues/:name/messages/:id/redrive` | `RedriveResult` |
 * | `GET /api/permissions` | `readonly PermissionUse[]` |
 * | `GET /api/dashboards` | `readonly Dashboard[]` |
 * | `POST /api/metrics` `MetricQuery` | `readonly MetricSeries[]` |
 * | `GET /api/alarms` | `readonly AlarmDetail[]` |
 * | `GET /api/faults`, `PUT /api/faults/:name` `FaultChange` | `readonly FaultState[]` |
 * | `POST /api/flush` | `LiveState` |
 */
export interface ApiError {
  /** One sentence: what is wrong, where, what would be right. */
  readonly message: string;
  /** Place in the SQL text, both from 1. */
  readonly line?: number;
  readonly column?: number;
}

export interface Pipeline {
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
  /** Folder of the run. */
  readonly folder: string;
  readonly nodes: readonly PipelineNode[];
  readonly edges: readonly PipelineEdge[];
  /** Resources that are not run here, each with its reason. */
  readonly notRun: readonly string[];
  /** URLs for other clients. */
  readonly endpoints: { readonly kinesis: string; readonly aws?: string; readonly firehose?: string };
}

export type NodeKind =
  | "producer"
  | "stream"
  | "function"
  | "delivery"
  | "bucket"
  | "prefix"
  | "table"
  | "workgroup"
  | "schedule"
  | "queue"
  | "topic";

export interface PipelineNode {
  /** Terraform address, such as `aws_kinesis_stream.orders`; of a bucket's prefix `<address>#<prefix>`; `producers`. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** Facts of the resource as name and text, such as `["shards", "2"]`; names are keys that the page translates. */
  readonly facts: readonly (readonly [string, string])[];
  /** Names of the alarms that watch it. */
  readonly alarms: readonly string[];
}

export interface PipelineEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "records" | "objects" | "failures" | "rows" | "queries" | "notifications";
}

export interface LiveState {
  readonly time: number;
  /** By node's id. */
  readonly nodes: Readonly<Record<string, NodeState>>;
  readonly alarms: Readonly<Record<string, "OK" | "ALARM" | "INSUFFICIENT_DATA">>;
  /** Discrepancies of the counts, once nothing is under way. */
  readonly discrepancies: readonly string[];
}

/** What is known of a node now; what does not apply to it is absent. Rates are per second over the last five. */
export interface NodeState {
  /** Of this run. */
  readonly records?: number;
  readonly recordRate?: number;
  readonly byteRate?: number;
  readonly lag?: number;
  /** Records waiting: in a batch, a buffer, a queue. */
  readonly waiting?: number;
  readonly buffer?: { readonly bytes: number; readonly limitBytes: number; readonly flushIn?: number };
  readonly failed?: number;
  readonly errors?: number;
  readonly throttles?: number;
  readonly objects?: number;
}

export interface ShardState {
  readonly id: string;
  readonly open: boolean;
  readonly startingHashKey: string;
  readonly endingHashKey: string;
  readonly parents: readonly string[];
  readonly recordRate: number;
  readonly byteRate: number;
  /** Of one shard on AWS. */
  readonly limits: { readonly records: number; readonly bytes: number };
  /** The partition keys with most of the last records, most first. */
  readonly hotKeys: readonly { readonly key: string; readonly share: number }[];
}

export interface StreamRecord {
  readonly id: string;
  readonly stream: string;
  readonly shard: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly arrival: number;
  readonly bytes: number;
  /** User records in it, when it is a KPL aggregate. */
  readonly aggregate?: readonly { readonly partitionKey: string; readonly data: RecordData }[];
  readonly data: RecordData;
}

export interface RecordPage {
  /** Oldest first. */
  readonly records: readonly StreamRecord[];
  /** The stream's end when they were looked for: give it to `tail` as `after`, which goes on there. */
  readonly end: string;
}

/** Text where the bytes are UTF-8, base64 otherwise; cut at 64 KiB. */
export interface RecordData {
  readonly text?: string;
  readonly base64?: string;
  readonly cut?: true;
}

export interface PutResult {
  readonly shard: string;
  readonly sequenceNumber: string;
}

export interface SimulatorSettings {
  readonly running: boolean;
  /** Records a second. */
  readonly rate: number;
  readonly keys: number;
  /** From 0 to 1. */
  readonly invalidShare: number;
}

export interface SimulatorState extends SimulatorSettings {
  readonly sent: number;
  readonly error?: string;
}

/** A record's way, told by the steps that were seen of it; kept for the last 100,000 records. */
export interface JourneyHead {
  /** `<shard>:<sequence number>[:<index in the aggregate>]`, with the stream's name before it. */
  readonly id: string;
  readonly stream: string;
  readonly partitionKey: string;
  readonly time: number;
  readonly outcome: "under way" | "delivered" | "rejected" | "failed" | "filtered" | "unread";
  /** The first 200 characters of its data; base64 where the bytes are not UTF-8. */
  readonly text: string;
}

export interface Journey extends JourneyHead {
  readonly record: StreamRecord;
  readonly steps: readonly JourneyStep[];
}

export interface JourneyStep {
  readonly time: number;
  readonly kind:
    | "put"
    | "batch"
    | "invocation"
    | "retry"
    | "bisect"
    | "filtered"
    | "dead-letter"
    | "buffer"
    | "object"
    | "error-object"
    | "row"
    | "rolled-up";
  /** Node of the pipeline where it happened. */
  readonly node: string;
  readonly ok: boolean;
  readonly facts: readonly (readonly [string, string])[];
  /** Why it failed, or what the function logged. */
  readonly message?: string;
  /** An object to open. */
  readonly object?: { readonly bucket: string; readonly key: string };
}

export interface Bucket {
  readonly name: string;
  readonly address: string;
}

export interface ObjectPage {
  readonly folders: readonly string[];
  readonly objects: readonly ObjectHead[];
  /** Give it as `after` for the next page. */
  readonly next?: string;
}

export interface ObjectHead {
  readonly key: string;
  readonly bytes: number;
  readonly modified: number;
}

export interface ObjectDetail extends ObjectHead {
  readonly format: "parquet" | "json" | "gzip" | "text" | "error-document" | "binary";
  readonly rows?: number;
  readonly columns?: readonly Column[];
  /** The first 100 rows, or lines. */
  readonly preview: { readonly rows?: readonly (readonly (string | null)[])[]; readonly text?: string };
  /** What the lifecycle rules will do with it, in order. */
  readonly lifecycle: readonly {
    readonly action: "transition" | "expire";
    readonly storageClass?: string;
    readonly at: number;
    readonly rule: string;
  }[];
}

export interface Column {
  readonly name: string;
  readonly type: string;
}

export interface CatalogTree {
  readonly databases: readonly {
    readonly name: string;
    readonly tables: readonly {
      readonly name: string;
      readonly kind: "table" | "view";
      readonly columns: readonly (Column & { readonly partition: boolean; readonly comment?: string })[];
    }[];
  }[];
  readonly functions: readonly string[];
}

export interface QueryRequest {
  readonly sql: string;
  readonly database?: string;
  readonly parameters?: readonly string[];
}

export interface QueryState {
  readonly id: string;
  readonly sql: string;
  readonly submitted: number;
  readonly state: "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  readonly duration: number;
  readonly scannedBytes?: number;
  /** What the scan costs on Athena, in USD. */
  readonly cost?: number;
  readonly columns?: readonly Column[];
  readonly rowCount?: number;
  readonly notes?: readonly string[];
  readonly error?: ApiError;
}

export interface QueryRows {
  readonly from: number;
  /** Athena's text of each value; null for NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface SavedQuery {
  readonly kind: "named" | "prepared";
  readonly name: string;
  readonly description?: string;
  readonly sql: string;
  readonly parameters: number;
}

export interface FunctionState {
  readonly name: string;
  readonly address: string;
  readonly runtime: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly invocations: number;
  readonly errors: number;
}

export interface Invocation {
  readonly requestId: string;
  readonly time: number;
  readonly duration: number;
  readonly records: number;
  readonly coldStart: boolean;
  readonly maxMemoryMegabytes?: number;
  readonly error?: string;
  readonly log: readonly string[];
}

export interface QueueState {
  readonly name: string;
  readonly messages: number;
}

export interface DeadLetter {
  readonly id: string;
  readonly time: number;
  /** The message as it was sent. */
  readonly body: string;
  /** The records that it stands for, while the stream still has them. */
  readonly records: readonly StreamRecord[];
}

export interface RedriveResult {
  readonly sent: number;
  readonly gone: number;
}

export interface PermissionUse {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly used: number;
  readonly denied: number;
  /** Where the statement that allowed it stands. */
  readonly statement?: string;
}

/** A dashboard of the stack, in CloudWatch's own terms (24 columns). */
export interface Dashboard {
  readonly name: string;
  readonly widgets: readonly Widget[];
}

export interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly type: "metric" | "text" | "alarm" | "other";
  readonly title: string;
  readonly markdown?: string;
  readonly view?: "timeSeries" | "singleValue" | "bar" | "gauge" | "pie";
  readonly stacked?: boolean;
  readonly query?: MetricQuery;
  readonly annotations?: readonly { readonly label: string; readonly value: number }[];
  readonly alarms?: readonly string[];
}

/** As GetMetricData takes it. */
export interface MetricQuery {
  readonly queries: readonly unknown[];
  readonly minutes: number;
}

export interface MetricSeries {
  readonly id: string;
  readonly label: string;
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

export interface AlarmDetail {
  readonly name: string;
  readonly address: string;
  readonly description: string;
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  /** Such as `IteratorAge >= 60000 for 1 of 1 periods of 60 s`. */
  readonly condition: string;
  readonly topics: readonly string[];
  readonly history: readonly {
    readonly time: number;
    readonly from: string;
    readonly to: string;
    readonly value?: number;
  }[];
}

export interface FaultState {
  readonly name: string;
  /** In one sentence: what fails while it is on. */
  readonly description: string;
  readonly on: boolean;
}

export interface FaultChange {
  readonly on: boolean;
}
