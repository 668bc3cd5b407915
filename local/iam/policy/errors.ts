import { StackError } from "@streaming-data-lake/terraform/errors";

/** A policy that AWS would not take. The message is one line: what, where, and what would be right. */
export class PolicyError extends StackError {}
