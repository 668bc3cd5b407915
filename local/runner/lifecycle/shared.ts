import type { AccessControl } from "../access/control";
import type { Monitoring } from "../cloudwatch/monitoring";
import type { Faults } from "../faults";
import type { Journal } from "../journal/journal";
import type { StreamSource } from "../stream/stream-source";
import type { RunStart } from "./run-start";

/** What all consumers are given. */
export interface Shared {
  readonly dir: string;
  readonly faults: Faults;
  readonly monitoring: Monitoring;
  readonly authorize: AccessControl["authorize"];
  readonly readingSince: (consumer: string, saved?: number) => number;
  /** Keeps what became of records; undefined where it is not wanted. */
  readonly journal: Journal | undefined;
  readonly runStart: RunStart;
  readonly abort: AbortSignal;
  readonly onTrouble: (message: string) => void;
  readonly onLost: (message: string) => void;
}

/** A stream that is there to be read. */
export interface ReadySource {
  readonly source: StreamSource;
  readonly streamIsNew: boolean;
}
