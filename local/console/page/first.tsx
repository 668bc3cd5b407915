import { renderToString } from "preact-render-to-string";
import { views } from "./app/router";
import { text } from "./text";

/**
 * What is seen before the script is there, written into `index.html` when it is built: the page's own elements, which the
 * script fills. Icons and switches are left to it: they would be seen later themselves, and the names with them. Links lead
 * nowhere yet: they would take the fragment's place before the script has read the token in it.
 */
export const first = (): string =>
  renderToString(
    <div class="shell">
      <nav class="navigation" aria-label={text().shell.navigation}>
        <p class="brand">
          <svg class="icon" aria-hidden="true" />
          <span>Data lake</span>
        </p>
        <ul>
          {views.map((view) => (
            <li key={view}>
              {/* biome-ignore lint/a11y/useValidAnchor: it leads nowhere yet */}
              <a>
                <svg class="icon" aria-hidden="true" />
                <span>{text().views[view]}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="page">
        <header class="head">
          <p class="stack">…</p>
          <p class="connection connecting">
            <span class="dot" aria-hidden="true" />
            {text().shell.connections.connecting}
          </p>
        </header>
        <main class="content" />
      </div>
    </div>,
  );
