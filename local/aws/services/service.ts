/** The implementation of a service on top of a runner's state. */
export interface Service {
  readonly handlers: object;
  /** Releases the service's resources. */
  close?(): void | Promise<void>;
}
