import type { SimulatorSettings, SimulatorState } from "./api";

/** Sends records that look like those of the stack's producers. */
export interface Simulator {
  /** Settings until somebody changes them. */
  readonly defaults: Omit<SimulatorSettings, "running">;
  /**
   * Sends records until it is stopped.
   *
   * @param settings How the records are sent.
   * @param onSent Called with the number of records that were acknowledged.
   * @returns when it has stopped and no request is under way. @throws Error when records can't be sent.
   */
  run(
    settings: Omit<SimulatorSettings, "running">,
    onSent: (records: number) => void,
    stop: AbortSignal,
  ): Promise<void>;
}

/** The simulator of the stack that is shown, as the page controls it. */
export class SimulatorControl {
  private settings: SimulatorSettings;
  private sent = 0;
  private error: string | undefined;
  private stop: AbortController | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly simulator: Simulator,
    private readonly ended: AbortSignal,
  ) {
    this.settings = { running: false, ...simulator.defaults };
    ended.addEventListener("abort", () => this.stop?.abort(), { once: true });
  }

  get state(): SimulatorState {
    return { ...this.settings, sent: this.sent, ...(this.error !== undefined && { error: this.error }) };
  }

  /** Applies new settings. A running simulator is stopped and started again with them. */
  change(settings: SimulatorSettings): SimulatorState {
    this.settings = settings;
    this.stop?.abort();
    this.stop = undefined;
    if (settings.running && !this.ended.aborted) {
      const stop = new AbortController();
      this.stop = stop;
      this.error = undefined;
      this.running = this.running.then(() => this.run(settings, stop.signal));
    }
    return this.state;
  }

  private async run(settings: SimulatorSettings, stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    try {
      await this.simulator.run(settings, (records) => (this.sent += records), stop);
    } catch (error) {
      if (stop.aborted) return;
      this.error = (error as Error).message;
      this.settings = { ...this.settings, running: false };
    }
  }
}
