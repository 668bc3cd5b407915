/** Kinds of part, each with its colour. */
export type Kind = "source" | "stream" | "compute" | "storage" | "query" | "watch";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Card extends Box {
  readonly kind: Kind;
  readonly title: string;
  /** A name out of the stack. */
  readonly name?: string;
  readonly lines: readonly string[];
  /** What stands in for it on this machine. */
  readonly here?: string;
}

export interface Arrow {
  /** Corners of its way, `x,y` each. */
  readonly way: readonly (readonly [number, number])[];
  readonly label?: {
    readonly x: number;
    readonly y: number;
    readonly text: string;
    readonly anchor?: "start" | "middle" | "end";
  };
  readonly dashed?: boolean;
}

/** Lines of a shelf inside a card. */
export interface Shelf extends Box {
  readonly name: string;
  readonly text: string;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
  readonly cards: readonly Card[];
  readonly shelves: readonly Shelf[];
  readonly arrows: readonly Arrow[];
  readonly notes: readonly { readonly x: number; readonly y: number; readonly text: string }[];
}

const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const style = `
    svg { --paper: #ffffff; --edge: #d0d7de; --card: #f6f8fa; --ink: #1f2328; --soft: #59636e; --line: #818b98;
      --source: #57606a; --stream: #7c3aed; --compute: #d9730d; --storage: #3f8624; --query: #0969da; --watch: #cf2a7b; }
    @media (prefers-color-scheme: dark) {
      svg { --paper: #0d1117; --edge: #3d444d; --card: #151b23; --ink: #f0f6fc; --soft: #9198a1; --line: #7d8590;
        --source: #9198a1; --stream: #a78bfa; --compute: #f0983e; --storage: #6cc04a; --query: #58a6ff; --watch: #f778ba; }
    }
    text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: var(--ink); font-size: 13px; }
    .title { font-size: 15px; font-weight: 600; }
    .name, .shelf { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 11.5px; }
    .soft, .label, .here { fill: var(--soft); font-size: 12px; }
    .here { font-style: italic; }
    .label { paint-order: stroke; stroke: var(--paper); stroke-width: 5px; stroke-linejoin: round; }
    .paper { fill: var(--paper); stroke: var(--edge); }
    .card { fill: var(--card); stroke: var(--edge); }
    .inner { fill: var(--paper); stroke: var(--edge); }
    .arrow { fill: none; stroke: var(--line); stroke-width: 1.6; marker-end: url(#head); }
    .dashed { stroke-dasharray: 5 4; }
    .head { fill: var(--line); }
    ${(["source", "stream", "compute", "storage", "query", "watch"] satisfies Kind[])
      .map((kind) => `.${kind} { fill: var(--${kind}); }`)
      .join(" ")}`;

/** A scene as an SVG that follows the reader's light or dark scheme and needs no font of its own. */
export function draw(scene: Scene): string {
  const { width, height } = scene;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `  <title id="title">${escapeXml(scene.title)}</title>`,
    `  <desc id="description">${escapeXml(scene.description)}</desc>`,
    `  <style>${style}\n  </style>`,
    `  <defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head" d="M0 0 L10 5 L0 10 Z"/></marker></defs>`,
    `  <rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12"/>`,
    ...scene.arrows.map(line),
    ...scene.cards.map(card),
    ...scene.shelves.map(shelf),
    ...scene.arrows.flatMap(({ label }) =>
      label
        ? [
            `  <text class="label" x="${label.x}" y="${label.y}" text-anchor="${label.anchor ?? "middle"}">${escapeXml(label.text)}</text>`,
          ]
        : [],
    ),
    ...scene.notes.map(
      ({ x, y, text }) => `  <text class="soft" x="${x}" y="${y}">${escapeXml(text)}</text>`,
    ),
    "</svg>",
  ].join("\n")}\n`;
}

function line({ way, dashed }: Arrow): string {
  const path = way.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join(" ");
  return `  <path class="arrow${dashed ? " dashed" : ""}" d="${path}"/>`;
}

function card({ x, y, width, height, kind, title, name, lines, here }: Card): string {
  const left = x + 18;
  let at = y + 26;
  const rows = [`    <text class="title" x="${left}" y="${at}">${escapeXml(title)}</text>`];
  if (name !== undefined) {
    at += 18;
    rows.push(`    <text class="name" x="${left}" y="${at}">${escapeXml(name)}</text>`);
  }
  for (const text of lines) {
    at += 18;
    rows.push(`    <text class="soft" x="${left}" y="${at}">${escapeXml(text)}</text>`);
  }
  if (here !== undefined)
    rows.push(`    <text class="here" x="${left}" y="${y + height - 12}">${escapeXml(here)}</text>`);
  return [
    "  <g>",
    `    <rect class="card" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`,
    `    <rect class="${kind}" x="${x}" y="${y + 10}" width="5" height="${height - 20}" rx="2.5"/>`,
    ...rows,
    "  </g>",
  ].join("\n");
}

function shelf({ x, y, width, height, name, text }: Shelf): string {
  return [
    `  <rect class="inner" x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/>`,
    `  <text class="shelf" x="${x + 10}" y="${y + 17}">${escapeXml(name)}</text>`,
    `  <text class="soft" x="${x + 10}" y="${y + 33}">${escapeXml(text)}</text>`,
  ].join("\n");
}
