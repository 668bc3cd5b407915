const character = 8.43;
const lineHeight = 19;
const margin = 20;
const bar = 36;

const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const style = `
    svg { --paper: #f6f8fa; --bar: #eaeef2; --edge: #d0d7de; --ink: #1f2328; --soft: #59636e; --good: #1a7f37; --command: #0969da; }
    @media (prefers-color-scheme: dark) {
      svg { --paper: #0d1117; --bar: #161b22; --edge: #3d444d; --ink: #e6edf3; --soft: #8b949e; --good: #3fb950; --command: #79c0ff; }
    }
    text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; fill: var(--ink); white-space: pre; }
    .paper { fill: var(--paper); stroke: var(--edge); } .bar { fill: var(--bar); }
    .soft { fill: var(--soft); } .good { fill: var(--good); } .command { fill: var(--command); }`;

/** Plain output of a command as a picture of a terminal, in the reader's light or dark scheme. */
export function drawTerminal(command: string, output: string): string {
  const lines = [`$ ${command}`, "", ...output.trimEnd().split("\n")];
  const columns = Math.max(...lines.map((line) => line.length));
  const width = Math.ceil(columns * character + 2 * margin);
  const height = lines.length * lineHeight + bar + margin + 8;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `  <title id="title">The output of ${escapeXml(command)}</title>`,
    `  <style>${style}\n  </style>`,
    `  <rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"/>`,
    `  <path class="bar" d="M1 ${bar} V11 A10 10 0 0 1 11 1 H${width - 11} A10 10 0 0 1 ${width - 1} 11 V${bar} Z"/>`,
    ...["#ff5f57", "#febc2e", "#28c840"].map(
      (colour, index) => `  <circle cx="${20 + 20 * index}" cy="18" r="6" fill="${colour}"/>`,
    ),
    ...lines.map((text, index) => lineOf(text, bar + margin + 4 + index * lineHeight)),
    "</svg>",
  ].join("\n")}\n`;
}

/** A line with its parts in colour, each at its own column so that no font can shift it. */
function lineOf(text: string, y: number): string {
  const spans = partsOf(text).map(({ at, part, kind }) => {
    const length = (part.length * character).toFixed(1);
    const place = `x="${(margin + at * character).toFixed(1)}" textLength="${length}" lengthAdjust="spacingAndGlyphs"`;
    return `<tspan ${place}${kind ? ` class="${kind}"` : ""}>${escapeXml(part)}</tspan>`;
  });
  return `  <text y="${y}">${spans.join("")}</text>`;
}

interface Part {
  readonly at: number;
  readonly part: string;
  readonly kind?: "soft" | "good" | "command";
}

function partsOf(text: string): Part[] {
  if (text.startsWith("$ "))
    return [
      { at: 0, part: "$", kind: "soft" },
      { at: 2, part: text.slice(2), kind: "command" },
    ];
  const [, stage, seconds] = /^( {2}✓ .*?)\s+(\d+\.\d+ s)$/.exec(text) ?? [];
  if (stage !== undefined && seconds !== undefined)
    return [
      { at: 2, part: "✓", kind: "good" },
      { at: 4, part: stage.slice(4) },
      { at: text.length - seconds.length, part: seconds, kind: "soft" },
    ];
  const start = text.length - text.trimStart().length;
  if (start === text.length) return [];
  return /^[┌└─┐┘┬┴]+$/.test(text)
    ? [{ at: 0, part: text, kind: "soft" }]
    : [{ at: start, part: text.trimStart() }];
}
