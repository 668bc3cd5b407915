import { useEffect, useState } from "preact/hooks";
import type { Journey, JourneyHead } from "../../api";
import { queryString } from "../app/client";
import { href, route } from "../app/router";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icon";
import { Pane } from "../parts/pane";
import { Loaded, useResource } from "../parts/resource";
import { text } from "../text";
import { clockToMillisecond } from "../text/format";
import { printable } from "../text/printable";
import { OutcomeMark } from "./outcome";
import { JourneySteps } from "./steps";

export function JourneyView() {
  const words = text().journey;
  const [typed, setTyped] = useState("");
  const [wanted, setWanted] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setWanted(typed), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const [id] = route.value.rest;
  const heads = useResource<readonly JourneyHead[]>(
    `/journeys${queryString({ query: wanted, limit: 100 })}`,
    2_000,
  );
  return (
    <div class="split">
      <Pane
        class="flush"
        title={
          <label class="search">
            <Icon name="search" />
            <span class="hidden">{words.search}</span>
            <input
              type="search"
              placeholder={words.search}
              value={typed}
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          </label>
        }
      >
        <Loaded resource={heads}>
          {(found) => <Found heads={found} chosen={id} searched={wanted !== ""} />}
        </Loaded>
      </Pane>
      {id === undefined ? (
        <Pane title={words.steps}>
          <Empty icon="journey" title={words.choose} />
        </Pane>
      ) : (
        <Chosen key={id} id={id} />
      )}
    </div>
  );
}

function Found({
  heads,
  chosen,
  searched,
}: {
  heads: readonly JourneyHead[];
  chosen: string | undefined;
  searched: boolean;
}) {
  const words = text().journey;
  if (heads.length === 0)
    return searched ? (
      <Empty icon="search" title={words.nothingTitle}>
        {words.nothing}
      </Empty>
    ) : (
      <Empty icon="journey" title={words.noneTitle} command="npx tsx producer --local --count 1000 --rate 50">
        {words.none}
      </Empty>
    );
  return (
    <ul class="heads" aria-label={searched ? words.found(heads.length) : words.latest}>
      {heads.map((head) => (
        <li key={head.id}>
          <a href={href("journey", head.id)} aria-current={head.id === chosen ? "true" : undefined}>
            <span class="head-key">{printable(head.partitionKey)}</span>
            <OutcomeMark outcome={head.outcome} />
            <code class="head-text">{printable(head.text)}</code>
            <time class="faint mono">{clockToMillisecond(head.time)}</time>
          </a>
        </li>
      ))}
    </ul>
  );
}

/**
 * The chosen journey. It is read again as long as more steps may follow; the roll-up of a delivered record takes up to
 * an hour.
 */
function Chosen({ id }: { id: string }) {
  const [every, setEvery] = useState(1_000);
  const journey = useResource<Journey>(`/journeys/${encodeURIComponent(id)}`, every);
  const settled = journey.data !== undefined && journey.data.outcome !== "under way";
  useEffect(() => setEvery(settled ? 10_000 : 1_000), [settled]);
  return (
    <Pane title={text().journey.steps}>
      <Loaded resource={journey}>{(found) => <JourneySteps journey={found} />}</Loaded>
    </Pane>
  );
}
