import type { NodeState, PipelineNode } from "../../api";
import { text } from "../text";
import { bytes, compact, duration, number } from "../text/format";

/** The most telling current number of a node. */
export function mainNumber({ kind, facts }: PipelineNode, state: NodeState = {}): string | undefined {
  const words = text().pipeline;
  const known = (wanted: string) => facts.find(([name]) => name === wanted)?.[1];
  if (kind === "schedule") return known("expression");
  const { records, recordRate, waiting, objects } = state;
  if (kind === "queue") return waiting === undefined ? undefined : words.waiting(compact(waiting));
  const rate = words.perSecond(number(Math.round((recordRate ?? 0) * 10) / 10));
  if (kind === "delivery" && recordRate) return rate;
  if (objects !== undefined) return words.objects(compact(objects), objects);
  if (recordRate) return rate;
  if (records !== undefined) return words.records(compact(records), records);
  return kind === "table" ? words.columns(known("columns") ?? "0") : undefined;
}

/** What is going wrong at a node, as short texts. */
export function troubles({ failed = 0, errors = 0, throttles = 0 }: NodeState = {}): string[] {
  const words = text().pipeline;
  return [
    failed > 0 ? words.failed(compact(failed)) : "",
    errors > 0 ? words.errors(compact(errors), errors) : "",
    throttles > 0 ? words.throttles(compact(throttles)) : "",
  ].filter(Boolean);
}

/** Everything that is known of a node now, as pairs of name and value. */
export function allNumbers(state: NodeState = {}): [string, string][] {
  const names = text().measures;
  const { records, recordRate, byteRate, lag, waiting, buffer, failed, errors, throttles, objects } = state;
  const facts: [string, string | undefined][] = [
    [names.records, records === undefined ? undefined : number(records)],
    [names.recordRate, recordRate === undefined ? undefined : number(Math.round(recordRate * 10) / 10)],
    [names.byteRate, byteRate === undefined ? undefined : bytes(byteRate)],
    [names.lag, lag === undefined ? undefined : duration(lag)],
    [names.waiting, waiting === undefined ? undefined : number(waiting)],
    [names.buffer, buffer && text().pipeline.buffer(bytes(buffer.bytes), bytes(buffer.limitBytes))],
    [names.flush, buffer?.flushIn === undefined ? undefined : duration(buffer.flushIn)],
    [names.failed, failed === undefined ? undefined : number(failed)],
    [names.errors, errors === undefined ? undefined : number(errors)],
    [names.throttles, throttles === undefined ? undefined : number(throttles)],
    [names.objects, objects === undefined ? undefined : number(objects)],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]]));
}
