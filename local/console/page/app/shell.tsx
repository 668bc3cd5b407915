import { Icon } from "../parts/icon";
import { text } from "../text";
import { Banner } from "./banner";
import { connection, live, pipeline } from "./live";
import { href, route, views } from "./router";
import { Switches } from "./switches";
import { Content } from "./views";

export function Shell() {
  const { view } = route.value;
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        {text().shell.skip}
      </button>
      <div class="shell">
        <Navigation />
        <div class="page">
          <Head />
          <Banner />
          <main id="content" class={`content view-${view}`} tabIndex={-1} aria-labelledby="view">
            <h1 id="view" class="hidden">
              {text().views[view]}
            </h1>
            <Content view={view} />
          </main>
        </div>
      </div>
    </>
  );
}

/** Moves the focus to the content. A link cannot do this, because the router uses the fragment. */
function skip(): void {
  document.getElementById("content")?.focus();
}

const Navigation = () => (
  <nav class="navigation" aria-label={text().shell.navigation}>
    <p class="brand">
      <Icon name="stream" />
      <span>Data lake</span>
    </p>
    <ul>
      {views.map((view) => (
        <li key={view}>
          <a href={href(view)} aria-current={route.value.view === view ? "page" : undefined}>
            <Icon name={iconOf[view]} />
            <span>{text().views[view]}</span>
            {view === "metrics" && <Ringing />}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

const iconOf = {
  pipeline: "pipeline",
  journey: "journey",
  stream: "stream",
  lake: "bucket",
  sql: "sql",
  functions: "function",
  metrics: "chart",
} as const;

function Ringing() {
  const count = Object.values(live.value?.alarms ?? {}).filter((state) => state === "ALARM").length;
  if (count === 0) return null;
  return (
    <span class="count bad">
      <Icon name="alarm" />
      <span aria-hidden="true">{count}</span>
      <span class="hidden">{text().shell.alarms(count)}</span>
    </span>
  );
}

function Head() {
  const stack = pipeline.value;
  return (
    <header class="head">
      <p class="stack">
        <strong>{stack?.stack ?? "…"}</strong>
        {stack && <span class="faint">{stack.region}</span>}
      </p>
      <p class={`connection ${connection.value}`} role="status">
        <span class="dot" aria-hidden="true" />
        {text().shell.connections[connection.value]}
      </p>
      <Switches />
    </header>
  );
}
