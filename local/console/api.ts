/**
 * The API between the console's page and its server: JSON over HTTP, and server-sent events for live data.
 *
 * Every request except those for the page's own files carries `Authorization: Bearer <token>`. The token is the
 * fragment of the URL that the runner prints. Times are in milliseconds since 1970, durations in milliseconds, sizes in
 * bytes. A failed request is answered with status 4xx or 5xx and an `ApiError`. Events that fail end with an event
 * `failure`, whose data is an `ApiError` too.
 *
 * | Method and path | Answer |
 * |---|---|
 * | `GET /api/pipeline` | `Pipeline` |
 * | `GET /api/status` | `RunnerStatus`, as `status --json` prints it |
 * | `GET /api/live` | events `live`: a `LiveState` at once, and then one per second |
 * | `GET /api/streams/:name/shards` | `readonly ShardState[]` |
 * | `GET /api/streams/:name/records?shard&key&text&from&limit` | `RecordPage` |
 * | `GET /api/streams/:name/tail?shard&key&text&after` | events `records`: `readonly StreamRecord[]`, first the records after the given position, then new ones as they arrive |
 * | `POST /api/streams/:name/records?partitionKey`, the record's data as the body | `PutResult` |
 * | `GET /api/simulator`, `PUT /api/simulator` `SimulatorSettings` | `SimulatorState`; null when there is no simulator for the stack's records |
 * | `GET /api/journeys?query&limit` | `readonly JourneyHead[]`, latest first; `query` is a partition key, a sequence number or a text in the data |
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
  /** One sentence that says what is wrong, where, and what would be right. */
  readonly message: string;
  /** Position of the error in the SQL text. Lines and columns are counted from 1. */
  readonly line?: number;
  readonly column?: number;
}

export interface Pipeline {
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
  /** Folder that the run keeps its files in. */
  readonly folder: string;
  readonly nodes: readonly PipelineNode[];
  readonly edges: readonly PipelineEdge[];
  /** Resources of the stack that are not run locally, each with the reason. */
  readonly notRun: readonly string[];
  /** URLs at which other clients, such as the AWS CLI, reach the local services. */
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
  /**
   * Terraform address, such as `aws_kinesis_stream.orders`. A prefix of a bucket has the id `<address>#<prefix>`, and
   * all producers together have the id `producers`.
   */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** Facts about the resource as pairs of name and text, such as `["shards", "2"]`. The page translates the names. */
  readonly facts: readonly (readonly [string, string])[];
  /** Names of the alarms that watch this resource. */
  readonly alarms: readonly string[];
}

export interface PipelineEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "records" | "objects" | "failures" | "rows" | "queries" | "notifications";
}

export interface LiveState {
  readonly time: number;
  /** State of each node, by the node's id. */
  readonly nodes: Readonly<Record<string, NodeState>>;
  readonly alarms: Readonly<Record<string, "OK" | "ALARM" | "INSUFFICIENT_DATA">>;
  /** Counts that do not add up. They are compared only once no record is under way. */
  readonly discrepancies: readonly string[];
}

/**
 * What is known of a node now. A measure that does not apply to the node is absent. Rates are per second, taken over
 * the last five seconds.
 */
export interface NodeState {
  /** Number of records since the run began. */
  readonly records?: number;
  readonly recordRate?: number;
  readonly byteRate?: number;
  readonly lag?: number;
  /** Number of records that wait in a batch, a buffer or a queue. */
  readonly waiting?: number;
  readonly buffer?: { readonly bytes: number; readonly limitBytes: number; readonly flushIn?: number };
  readonly failed?: number;
  readonly errors?: number;
  readonly throttles?: number;
  readonly objects?: number;
}

export interface ShardLoad {
  readonly id: string;
  readonly open: boolean;
  readonly startingHashKey: string;
  readonly endingHashKey: string;
  readonly parents: readonly string[];
  readonly recordRate: number;
  readonly byteRate: number;
  /** What one shard takes per second on AWS. */
  readonly limits: { readonly records: number; readonly bytes: number };
  /** Partition keys of the most recent records, with each key's share of them, largest share first. */
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
  /** User records inside this record, when it is a KPL aggregate. */
  readonly aggregate?: readonly { readonly partitionKey: string; readonly data: RecordData }[];
  readonly data: RecordData;
}

export interface RecordPage {
  /** The records, oldest first. */
  readonly records: readonly StreamRecord[];
  /** End of the stream at the time of the search. Pass it to `tail` as `after` to continue from there without a gap. */
  readonly end: string;
}

/** A record's data as text when the bytes are valid UTF-8, and as base64 otherwise. Cut off at 64 KiB. */
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
  /** Records per second. */
  readonly rate: number;
  readonly keys: number;
  /** Share of the records that are invalid, from 0 to 1. */
  readonly invalidShare: number;
}

export interface SimulatorState extends SimulatorSettings {
  readonly sent: number;
  readonly error?: string;
}

/**
 * Summary of a record's journey through the pipeline, derived from the steps that were observed. Kept for the last
 * 100,000 records.
 */
export interface JourneyHead {
  /** `<stream>:<shard>:<sequence number>`, followed by `:<index in the aggregate>` for a record of an aggregate. */
  readonly id: string;
  readonly stream: string;
  readonly partitionKey: string;
  readonly time: number;
  readonly outcome: "under way" | "delivered" | "rejected" | "failed" | "filtered" | "unread";
  /** The first 200 characters of the record's data, in base64 when the bytes are not valid UTF-8. */
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
  /** Id of the pipeline's node where the step happened. */
  readonly node: string;
  readonly ok: boolean;
  readonly facts: readonly (readonly [string, string])[];
  /** Why the step failed, or what the function logged. */
  readonly message?: string;
  /** The object that this step wrote, for the page to link to. */
  readonly object?: { readonly bucket: string; readonly key: string };
}

export interface BucketState {
  readonly name: string;
  readonly address: string;
}

export interface ObjectPage {
  readonly folders: readonly string[];
  readonly objects: readonly ObjectHead[];
  /** Pass this as `after` to get the next page. Absent on the last page. */
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
  readonly columns?: readonly NamedColumn[];
  /** The first 100 rows or lines. */
  readonly preview: { readonly rows?: readonly (readonly (string | null)[])[]; readonly text?: string };
  /** What the bucket's lifecycle rules will do with the object, in order. */
  readonly lifecycle: readonly {
    readonly action: "transition" | "expire";
    readonly storageClass?: string;
    readonly at: number;
    readonly rule: string;
  }[];
}

export interface NamedColumn {
  readonly name: string;
  readonly type: string;
}

export interface CatalogTree {
  readonly databases: readonly {
    readonly name: string;
    readonly tables: readonly {
      readonly name: string;
      readonly kind: "table" | "view";
      readonly columns: readonly (NamedColumn & { readonly partition: boolean; readonly comment?: string })[];
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
  /** What the scan would cost on Athena. US dollars. */
  readonly cost?: number;
  readonly columns?: readonly NamedColumn[];
  readonly rowCount?: number;
  readonly notes?: readonly string[];
  readonly error?: ApiError;
}

export interface QueryRows {
  readonly from: number;
  /** Each value as the text that Athena returns; null for NULL. */
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

export interface InvocationState {
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

export interface DeadLetterState {
  readonly id: string;
  readonly time: number;
  /** The message body as it was sent. */
  readonly body: string;
  /** The records that the message refers to, as far as the stream still has them. */
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
  /** Where the statement that allowed the call is written. */
  readonly statement?: string;
}

/** A dashboard of the stack, in CloudWatch's own terms. Its grid has 24 columns. */
export interface DashboardState {
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

/** Queries in the form that GetMetricData takes. */
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
  /** The alarm's condition, such as `IteratorAge >= 60000 for 1 of 1 periods of 60 s`. */
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
  /** One sentence that says what fails while the fault is on. */
  readonly description: string;
  readonly on: boolean;
}

export interface FaultChange {
  readonly on: boolean;
}
