import type { DeadLetterState, QueueState, RedriveResult } from "../../api";
import { post } from "../app/client";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icon";
import { JsonView } from "../parts/json";
import { Pane } from "../parts/pane";
import { Loaded, ResourceOutcome, useAction, useResource } from "../parts/resource";
import { RecordDetails } from "../stream/record";
import { text } from "../text";
import { dateTime, number } from "../text/format";

export function QueuesView() {
  const words = text().functions;
  const queues = useResource<readonly QueueState[]>("/queues", 2_000);
  return (
    <Loaded resource={queues}>
      {(all) =>
        all.length === 0 ? (
          <Empty icon="queue" title={words.noQueues} />
        ) : (
          <div class="queues">
            {all.map((queue) => (
              <Queue key={queue.name} queue={queue} reload={queues.reload} />
            ))}
          </div>
        )
      }
    </Loaded>
  );
}

function Queue({ queue, reload }: { queue: QueueState; reload: () => void }) {
  const words = text().functions;
  const path = `/queues/${encodeURIComponent(queue.name)}/messages`;
  const letters = useResource<readonly DeadLetterState[]>(queue.messages > 0 ? path : undefined, 3_000);
  const redrive = useAction(async (id: string) => {
    const { sent, gone } = await post<RedriveResult>(`${path}/${encodeURIComponent(id)}/redrive`);
    letters.reload();
    reload();
    return words.redriven(sent, gone);
  });
  return (
    <Pane
      title={queue.name}
      actions={
        <>
          <ResourceOutcome {...redrive} />
          <span class={`state ${queue.messages > 0 ? "warn" : "faint"}`}>
            <Icon name={queue.messages > 0 ? "deadLetter" : "ok"} />
            {words.messages(number(queue.messages), queue.messages)}
          </span>
        </>
      }
    >
      {queue.messages === 0 ? (
        <p class="faint">{words.noMessages}</p>
      ) : (
        <Loaded resource={letters}>
          {(all) => (
            <ul class="letters">
              {all.map((letter) => (
                <li key={letter.id}>
                  <Letter
                    letter={letter}
                    redrive={() => redrive.run(letter.id)}
                    busy={redrive.busy === true}
                  />
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      )}
    </Pane>
  );
}

function Letter({ letter, redrive, busy }: { letter: DeadLetterState; redrive: () => void; busy: boolean }) {
  const words = text().functions;
  const { records } = letter;
  return (
    <article class="letter">
      <header class="toolbar">
        <time>{dateTime(letter.time)}</time>
        <span class="faint">{records.length === 0 ? words.gone : words.standsFor(records.length)}</span>
        <button type="button" onClick={redrive} disabled={records.length === 0} aria-disabled={busy}>
          <Icon name="repeat" />
          {words.redrive}
        </button>
      </header>
      <details>
        <summary>
          <Icon name="chevron" class="twist" />
          {words.deadLetter}
        </summary>
        <JsonView text={letter.body} label={words.deadLetter} />
        {records.map((record) => (
          <RecordDetails key={record.id} record={record} />
        ))}
      </details>
    </article>
  );
}
