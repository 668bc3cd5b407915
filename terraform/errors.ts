/** A stack that can't be read or run. The message is one line for its author and names the place. */
export class StackError extends Error {
  override readonly name = "StackError";
}
