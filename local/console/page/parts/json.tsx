import { Scroll } from "./scroll";

const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Text that may be JSON: pretty then, each kind of value in its colour. Never taken for HTML. */
export function Json({ text, label }: { text: string; label?: string }) {
  return (
    <Scroll class="json" label={label}>
      <pre>{coloured(pretty(text))}</pre>
    </Scroll>
  );
}

/** JSON, or lines of it, indented; other text as it is. */
export function pretty(text: string): string {
  return (
    indented(text) ??
    text
      .split("\n")
      .map((line) => indented(line) ?? line)
      .join("\n")
  );
}

function indented(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
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
