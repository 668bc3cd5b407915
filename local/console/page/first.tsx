import { renderToString } from "preact-render-to-string";
import { views } from "./app/router";
import { text } from "./text";

/**
 * The page as it is seen before the script is loaded, written into `index.html` at build time. The script later fills
 * the same elements. Icons and switches are left to the script, because including them would delay the first screen.
 * The links have no targets yet, because following one would replace the fragment before the script has read the token
 * in it.
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
