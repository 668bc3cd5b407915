/**
 * Evaluates AWS policies to decide whether calls are allowed.
 *
 * ```ts
 * const authority = new Authority(loadStack("cdktf.out/stacks/my-stack"));
 * const decision = authority.decide({
 *   caller: { roleArn: "arn:aws:iam::000000000000:role/reader", session: "reader" },
 *   action: "kinesis:GetRecords",
 *   resource: "arn:aws:kinesis:us-east-1:000000000000:stream/orders",
 * });
 * console.log(decision.allowed, decision.reason);
 * ```
 */

export { type ApplicablePolicies, type Decision, decide } from "./decide/decide";
export { CallContext, type RequestContext } from "./match/context";
export type { Principal } from "./match/principals";
export {
  type AccessRequest,
  type CompiledPolicy,
  compilePolicy,
  type StatementMatch,
} from "./match/statement";
export { type AccessStatement, type PolicyDocument, parsePolicy } from "./policy/document";
export { PolicyError } from "./policy/errors";
export { Authority } from "./stack/authority";
export { type Call, type Caller, callerArn, callerName, sessionArn } from "./stack/call";
export {
  type Attachment,
  type PoliciesOfStack,
  parseSessionPolicy,
  readPolicies,
  type StackPolicy,
} from "./stack/policies";
export { type UnusedActions, unusedActions } from "./stack/unused";
export { Usage, type UsedCall } from "./stack/usage";
