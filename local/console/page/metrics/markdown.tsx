/**
 * Renders the subset of Markdown that dashboards use: headings, lists, bold and code. All other text is shown
 * literally, never as HTML.
 */
export const Markdown = ({ text }: { text: string }) => (
  <div class="markdown">
    {text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line, index) => {
        const [, marks, heading] = /^(#{1,6})\s+(.*)$/.exec(line) ?? [];
        if (heading !== undefined)
          return marks === "#" ? (
            <h2 key={index}>{inline(heading)}</h2>
          ) : (
            <h3 key={index}>{inline(heading)}</h3>
          );
        return <p key={index}>{inline(line.replace(/^\s*[-*]\s+/, "• "))}</p>;
      })}
  </div>
);

function inline(text: string) {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part, index) => {
    // biome-ignore-start lint/suspicious/noArrayIndexKey: parts have no other name
    if (part.startsWith("**") && part.length > 4) return <strong key={index}>{part.slice(2, -2)}</strong>;
    if (part.startsWith("`") && part.length > 2) return <code key={index}>{part.slice(1, -1)}</code>;
    // biome-ignore-end lint/suspicious/noArrayIndexKey: parts have no other name
    return part;
  });
}
