/** A policy that AWS would not take. The message is one line: what, where, and what would be right. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}
