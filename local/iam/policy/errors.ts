import { StackError } from "@streaming-data-lake/terraform/errors";

/** A policy that AWS would refuse. The message is one line that says what is wrong, where, and what would be right. */
export class PolicyError extends StackError {}
