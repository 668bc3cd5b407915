import type { Decision } from "../decide/decide";
import { type Call, callerName } from "./call";

/** Calls that the same statements decided, with their number. */
export interface UsedCall {
  /** The first of these calls. */
  readonly call: Call;
  readonly decision: Decision;
  times: number;
}

/** Largest number of rows up to which calls that no statement decided are listed separately by resource. */
const mostRows = 2_000;

/**
 * The calls that were made, and the statements that decided them. Calls of one caller that were decided by the same
 * values of the same statements in the same context share a row, so that the objects of a lake do not fill the memory.
 */
export class Usage {
  private readonly rows = new Map<string, UsedCall>();
  /** The row of each decision, so that a cached decision finds its row immediately. */
  private readonly byDecision = new WeakMap<Decision, UsedCall>();

  add(call: Call, decision: Decision, times = 1): void {
    const row = this.byDecision.get(decision) ?? this.find(call, decision);
    row.times += times;
  }

  /** All rows, sorted by caller, action and resource. */
  list(): readonly UsedCall[] {
    const text = ({ call }: UsedCall) => `${callerName(call)} ${call.action} ${call.resource}`;
    return [...this.rows.values()].sort((one, other) => (text(one) < text(other) ? -1 : 1));
  }

  private find(call: Call, decision: Decision): UsedCall {
    const key = keyOf(call, decision, this.rows.size >= mostRows);
    const row = this.rows.get(key) ?? { call, decision, times: 0 };
    this.rows.set(key, row);
    this.byDecision.set(decision, row);
    return row;
  }
}

function keyOf(call: Call, { effect, by }: Decision, isFull: boolean): string {
  const matched = by.map(({ statement, action, resource }) => [statement.label, action, resource]);
  const resource = matched.length === 0 && !isFull ? call.resource : "";
  // Encryption contexts differ for every object of a bucket, and source ARNs for every alarm and function, so they
  // would make separate rows.
  const { "aws:SourceArn": _, ...others } = call.context ?? {};
  const context = JSON.stringify(others).replace(/(arn:aws:s3:::[^/"]+)\/[^"]*/g, "$1/*");
  return JSON.stringify([callerName(call), call.action, effect, matched, resource, isFull ? "" : context]);
}
