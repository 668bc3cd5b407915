import { printable } from "../text/printable";
import { Scroll } from "./scroll";

const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Shows text. JSON is indented and coloured by the kind of value. The text is never interpreted as HTML. */
export function JsonView({ text, label }: { text: string; label?: string }) {
  const whole = indented(text);
  const parts = (whole === undefined ? text.split("\n").map((line) => indented(line) ?? line) : [whole]).map(
    printable,
  );
  return (
    <Scroll class="json" label={label}>
      <pre>{parts.map((part, index) => [index > 0 && "\n", /^[[{]/.test(part) ? coloured(part) : part])}</pre>
    </Scroll>
  );
}

/** A JSON object or array, formatted over several lines; `undefined` for any other text. */
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
