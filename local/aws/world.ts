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

/** The state on which the services work: a stack, its runner, and the temporary credentials of its roles. */
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
  /** The executions of Athena's statements. */
  readonly executions: Executions;
  /** The databases and tables of the stack, and those that statements and clients have created. */
  readonly catalog: LakeCatalog;
  /** Base URL of the endpoint, such as `http://127.0.0.1:4566`. */
  readonly url: string;
  /** Folder in which the services store the state that no other part of the runner stores. */
  readonly folder: string;
  /** Called with a message of one line about a problem. */
  readonly onTrouble: (message: string) => void;
}
