import type { Alert } from "./outcome";

/**
 * Remembers the alerts this execution environment has logged, so that a batch which comes again does not log them
 * again. Across environments the alert's id, equal for equal readings, is what a reader of the log goes by.
 */
export class RecentAlerts {
  private readonly ids = new Set<string>();

  /** @param capacity alerts remembered; the oldest is forgotten first */
  constructor(private readonly capacity: number) {}

  /** Whether the alert is new; from then on it is not. */
  add({ id }: Alert): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    if (this.ids.size > this.capacity) {
      const [oldest = id] = this.ids;
      this.ids.delete(oldest);
    }
    return true;
  }
}
