import type { SimulatorSettings } from "./api";

/** Sends records that look like those of the stack's producers. */
export interface Simulator {
  /** What it does when nobody has said otherwise. */
  readonly defaults: Omit<SimulatorSettings, "running">;
  /**
   * Sends records until it is stopped.
   *
   * @param settings What it is to do from now on; read again for each record.
   * @param onSent Told how many records were acknowledged.
   * @returns when it has stopped. @throws Error when records can't be sent.
   */
  run(settings: () => SimulatorSettings, onSent: (records: number) => void, stop: AbortSignal): Promise<void>;
}
