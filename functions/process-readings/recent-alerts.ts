import type { Alert } from "./outcome";

/**
 * Remembers the alerts that this execution environment has logged, so that a retried batch does not log them again.
 * Another environment can log them again. Readers of the log recognize that by the alert's id.
 */
export class RecentAlerts {
  private readonly ids = new Set<string>();

  /** @param capacity Most alerts that are remembered. The oldest is forgotten first. */
  constructor(private readonly capacity: number) {}

  /** Returns whether the alert is new, and remembers it. */
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
