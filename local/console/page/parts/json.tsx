const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Text that may be JSON: pretty then, each kind of value in its colour. Never taken for HTML. */
export function Json({ text, label }: { text: string; label?: string }) {
  return (
    // A region that scrolls can be reached by the keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <pre class="json" tabIndex={0} role="region" aria-label={label}>
      {coloured(pretty(text))}
    </pre>
  );
}

/** A line or several of JSON, each indented; other text as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function coloured(text: string) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(tokens)) {
    const [whole, string, colon] = match;
    parts.push(text.slice(end, match.index));
    const kind = string === undefined ? "json-value" : colon === undefined ? "json-string" : "json-key";
    parts.push(
      <span key={match.index} class={kind}>
        {whole}
      </span>,
    );
    end = match.index + whole.length;
  }
  return [...parts, text.slice(end)];
}
