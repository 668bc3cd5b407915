import type { LakeCatalog } from "@streaming-data-lake/lake/catalog/catalog";
import type { Runner } from "@streaming-data-lake/runner";
import type { RunnerState } from "@streaming-data-lake/runner/runner";
import type { Settings } from "@streaming-data-lake/terraform";
import type { Stack } from "@streaming-data-lake/terraform/types";
import type { Credentials } from "./server/credentials";
import type { Executions } from "./services/athena/executions";
import type { ObjectStore } from "./services/s3/store";
import type { Topics } from "./services/sns/topics";
import type { Queues } from "./services/sqs/queues";

/** What the services answer from: a stack, the runner that runs it, and the sessions of its roles. */
export interface World {
  readonly stack: Stack;
  readonly runner: Runner;
  readonly state: RunnerState;
  readonly credentials: Credentials;
  /** The stack's resources of a type, such as `aws_s3_bucket_versioning`. */
  readonly resources: (type: string) => readonly Settings[];
  /** The objects of the buckets. */
  readonly objects: ObjectStore;
  readonly queues: Queues;
  readonly topics: Topics;
  /** The statements that were asked. */
  readonly executions: Executions;
  /** The tables of the stack and what statements and clients have made beside them. */
  readonly catalog: LakeCatalog;
  /** Where all of this is answered, such as `http://127.0.0.1:4566`. */
  readonly url: string;
  /** Where the services keep what no other part of the runner keeps. */
  readonly folder: string;
  /** Called for trouble in one line. */
  readonly onTrouble: (message: string) => void;
}
