/** A stack that can't be read or run. The message is one line for the stack's author and says where the problem is. */
export class StackError extends Error {
  override readonly name: string = "StackError";

  /**
   * The message for a resource that is affected. The line begins with the resource's address, wherever the problem is.
   */
  messageFor(address: string): string {
    return this.message.startsWith(`${address}:`) ? this.message : `${address}: ${this.message}`;
  }
}

/** A reference that only Terraform or AWS could resolve. Resources that need it are not run here; all others are. */
export class UnresolvedError extends StackError {
  override readonly name = "UnresolvedError";
}
