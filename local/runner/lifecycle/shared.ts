import type { AccessControl } from "../access/control";
import type { Monitoring } from "../cloudwatch/monitoring";
import type { Faults } from "../faults";
import type { Journal } from "../journal/journal";
import type { StreamSource } from "../stream/stream-source";
import type { RunStart } from "./run-start";

/** What all consumers have in common. */
export interface ConsumerParts {
  readonly dir: string;
  readonly faults: Faults;
  readonly monitoring: Monitoring;
  readonly authorize: AccessControl["authorize"];
  readonly readingSince: (consumer: string, saved?: number) => number;
  /** Records what becomes of the records; undefined when this is not wanted. */
  readonly journal: Journal | undefined;
  readonly runStart: RunStart;
  readonly abort: AbortSignal;
  readonly onTrouble: (message: string) => void;
  readonly onLost: (message: string) => void;
}

/** A stream that is ready to be read. */
export interface ReadySource {
  readonly source: StreamSource;
  readonly streamIsNew: boolean;
}
