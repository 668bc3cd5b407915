/** What answers a service's operations over a runner's state. */
export interface Service {
  readonly handlers: object;
  /** Ends what it has open. */
  close?(): void | Promise<void>;
}
