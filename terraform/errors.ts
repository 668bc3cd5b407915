/** A stack that can't be read or run. The message is one line for its author and names the place. */
export class StackError extends Error {
  override readonly name: string = "StackError";

  /** What is said of an address that needs it: the line begins with the address, wherever the fault stands. */
  of(address: string): string {
    return this.message.startsWith(`${address}:`) ? this.message : `${address}: ${this.message}`;
  }
}

/** A reference that only Terraform or AWS could resolve: what needs it is not run here, and the rest is. */
export class UnresolvedError extends StackError {
  override readonly name = "UnresolvedError";
}
