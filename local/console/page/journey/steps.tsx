import type { Journey, JourneyStep, PutResult } from "../../api";
import { post } from "../app/client";
import { pipeline } from "../app/live";
import { href } from "../app/router";
import { Facts } from "../parts/facts";
import { Icon, type IconName } from "../parts/icon";
import { JsonView } from "../parts/json";
import { ResourceOutcome, useAction } from "../parts/resource";
import { RecordDetails } from "../stream/record";
import { text } from "../text";
import { fact } from "../text/facts";
import { clockToMillisecond, duration } from "../text/format";
import { OutcomeMark } from "./outcome";

/** What happened to a record, step by step. */
export function JourneySteps({ journey }: { journey: Journey }) {
  const words = text().journey;
  const { steps } = journey;
  const start = steps[0]?.time ?? journey.time;
  const isLost = journey.outcome === "failed" || journey.outcome === "rejected";
  const failure = isLost ? steps.findLast(({ ok }) => !ok) : undefined;
  const resend = useAction(async () => {
    const { shard } = await post<PutResult>(`/journeys/${encodeURIComponent(journey.id)}/resend`);
    return words.resent(shard);
  });
  return (
    <div class="journey">
      <div class="toolbar">
        <OutcomeMark outcome={journey.outcome} />
        <button type="button" onClick={() => resend.run()} aria-disabled={resend.busy}>
          <Icon name="send" />
          {words.resend}
        </button>
        <ResourceOutcome {...resend} />
      </div>
      {failure && <Failure step={failure} />}
      <ol class="steps">
        {steps.map((step, index) => (
          <Step key={index} step={step} start={start} />
        ))}
      </ol>
      <section>
        <h3>{words.record}</h3>
        <RecordDetails record={journey.record} link={false} />
      </section>
    </div>
  );
}

/** Where the record's journey failed and why. The button that sends the record again is next to it. */
function Failure({ step: { kind, node, message = "" } }: { step: JourneyStep }) {
  const [reason = ""] = message.split("\n");
  return (
    <p class="failure">
      <Icon name="warning" class="bad" />
      <span>
        <strong>{text().journey.kinds[kind]}</strong> · {nameOf(node)}
        {reason && `: ${reason.slice(0, 300)}`}
      </span>
    </p>
  );
}

const nameOf = (node: string): string => pipeline.value?.nodes.find(({ id }) => id === node)?.name ?? node;

const icons: Readonly<Record<JourneyStep["kind"], IconName>> = {
  put: "stream",
  batch: "batch",
  invocation: "function",
  retry: "retry",
  bisect: "split",
  filtered: "filter",
  "dead-letter": "deadLetter",
  buffer: "buffer",
  object: "file",
  "error-object": "warning",
  row: "table",
  "rolled-up": "repeat",
};

function Step({ step, start }: { step: JourneyStep; start: number }) {
  const words = text().journey;
  const node = pipeline.value?.nodes.find(({ id }) => id === step.node);
  return (
    <li class={`step${step.ok ? "" : " failed"}`}>
      <span class="step-icon">
        <Icon name={icons[step.kind]} />
      </span>
      <div class="step-head">
        <h4>
          {words.kinds[step.kind]}
          {!step.ok && (
            <span class="bad state">
              <Icon name="no" />
              {words.notOk}
            </span>
          )}
        </h4>
        <time class="faint mono">
          {clockToMillisecond(step.time)} <span>{words.after(duration(Math.max(0, step.time - start)))}</span>
        </time>
      </div>
      {node && <p class="faint">{node.name}</p>}
      {step.message && <JsonView text={step.message} label={words.kinds[step.kind]} />}
      {step.facts.length > 0 && <Facts facts={step.facts.map(fact)} />}
      {step.object && (
        <p>
          <a href={href("lake", step.object.bucket, step.object.key)}>
            <Icon name="file" /> {words.openObject}
          </a>
        </p>
      )}
    </li>
  );
}
