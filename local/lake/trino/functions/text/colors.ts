import { formatDouble } from "../../types/text/numbers";
import { check, invalid } from "../errors";
import { type Family, javascript, plain } from "../implementation";

/**
 * Colors of a terminal: 0xRRGGBB, or -1 - n for system color n.
 *
 * https://trino.io/docs/current/functions/color.html
 */
const systemColors = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

const parts = (color: number): [number, number, number] => [
  (color >> 16) & 255,
  (color >> 8) & 255,
  color & 255,
];

function parseColor(text: string): number {
  if (/^#[0-9a-fA-F]{3}$/.test(text)) {
    const [red = 0, green = 0, blue = 0] = Array.from(
      text.slice(1),
      (digit) => Number.parseInt(digit, 16) * 17,
    );
    return (red << 16) | (green << 8) | blue;
  }
  const system = systemColors.indexOf(text);
  if (system < 0) throw invalid(`Invalid color: '${text}'`);
  return -1 - system;
}

function rgb(red: bigint, green: bigint, blue: bigint): number {
  for (const [name, value] of Object.entries({ red, green, blue }))
    check(value >= 0n && value <= 255n, `${name} must be between 0 and 255`);
  return (Number(red) << 16) | (Number(green) << 8) | Number(blue);
}

/** Hue, saturation and brightness from 0 to 1, as in Java's Color. */
function hsb(color: number): [number, number, number] {
  const [red, green, blue] = parts(color);
  const most = Math.max(red, green, blue);
  const span = most - Math.min(red, green, blue);
  const brightness = most / 255;
  if (span === 0) return [0, 0, brightness];
  const [r, g, b] = [(most - red) / span, (most - green) / span, (most - blue) / span];
  const sixth = red === most ? b - g : green === most ? 2 + r - b : 4 + g - r;
  const hue = sixth / 6;
  return [hue < 0 ? hue + 1 : hue, span / most, brightness];
}

function fromHsb(hue: number, saturation: number, brightness: number): number {
  const byte = (value: number): number => Math.trunc(value * 255 + 0.5);
  const sector = (hue - Math.floor(hue)) * 6;
  const rest = sector - Math.floor(sector);
  const low = brightness * (1 - saturation);
  const falling = brightness * (1 - saturation * rest);
  const rising = brightness * (1 - saturation * (1 - rest));
  const [red, green, blue] = (
    [
      [brightness, rising, low],
      [falling, brightness, low],
      [low, brightness, rising],
      [low, falling, brightness],
      [rising, low, brightness],
      [brightness, low, falling],
    ] as const
  )[Math.floor(sector)] ?? [brightness, low, low];
  return (byte(red) << 16) | (byte(green) << 8) | byte(blue);
}

function between(fraction: number, low: number, high: number): number {
  check(low >= 0, "lowColor not a valid RGB color");
  check(high >= 0, "highColor not a valid RGB color");
  if (Number.isNaN(fraction)) return 0;
  const share = Math.min(1, Math.max(0, fraction));
  const [from, to] = [hsb(low), hsb(high)];
  const [hue, saturation, brightness] = from.map(
    (value, index) => value + ((to[index] ?? 0) - value) * share,
  );
  return fromHsb(hue ?? 0, saturation ?? 0, brightness ?? 0);
}

const reset = "\u001b[0m";

function ansi(color: number): string {
  if (color < 0) return `\u001b[38;5;${-color - 1}m`;
  const [red, green, blue] = parts(color).map((part) => Math.floor((part * 6) / 256)) as [
    number,
    number,
    number,
  ];
  return `\u001b[38;5;${16 + red * 36 + green * 6 + blue}m`;
}

const render = (text: string, color: number): string => `${ansi(color)}${text}${reset}`;

const [red, green] = [0xff0000, 0x00ff00];

function bar(value: number, width: bigint, low = red, high = green): string {
  check(width <= 1000n, "width must be <= 1000");
  const size = Number(width);
  const count = Math.min(size, Math.max(0, Number.isNaN(value) ? 0 : Math.trunc(value * size)));
  let text = "";
  for (let at = 0; at < count; at += 1) {
    check(low >= 0 && high >= 0, "color is not a valid rgb value");
    text += `${ansi(between(at / (size - 1), low, high))}█`;
  }
  return text + reset + " ".repeat(size - count);
}

export const colors: Family = {
  bar: plain(bar),
  color: javascript(({ types }) => {
    if (types.length === 1) return parseColor;
    if (types.length === 3) return between;
    return (value: number, low: number, high: number, lowColor: number, highColor: number) =>
      between((value - low) / (high - low), lowColor, highColor);
  }),
  render: javascript(({ types }) => {
    if (types.length === 1)
      return (value: boolean) => (value ? render("✓", parseColor("green")) : render("✗", parseColor("red")));
    const [type] = types;
    const write = type?.kind === "double" ? formatDouble : String;
    return (value: never, color: number) => render(write(value), color);
  }),
  rgb: plain(rgb),
};
