import type { Decision } from "../decide/decide";
import { type Call, callerName } from "./call";

/** Calls that the same statements decided, as often as they were made. */
export interface UsedCall {
  /** The first of them. */
  readonly call: Call;
  readonly decision: Decision;
  times: number;
}

/** Denials are told apart by their resources, up to so many. */
const mostRows = 2_000;

/**
 * Which calls were made, and which statements decided them. Calls of one caller that the same values of the same
 * statements decided in the same context are one row, so that a lake's objects don't fill the memory.
 */
export class Usage {
  private readonly rows = new Map<string, UsedCall>();
  /** By decision: one that is taken from memory finds its row at once. */
  private readonly byDecision = new WeakMap<Decision, UsedCall>();

  add(call: Call, decision: Decision, times = 1): void {
    const row = this.byDecision.get(decision) ?? this.find(call, decision);
    row.times += times;
  }

  /** By caller, action and resource. */
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
  // The objects of a bucket differ in their encryption contexts, and alarms and functions in their ARNs.
  const { "aws:SourceArn": _, ...others } = call.context ?? {};
  const context = JSON.stringify(others).replace(/(arn:aws:s3:::[^/"]+)\/[^"]*/g, "$1/*");
  return JSON.stringify([callerName(call), call.action, effect, matched, resource, isFull ? "" : context]);
}
