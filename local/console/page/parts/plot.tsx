import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import { isDark, language } from "../app/preferences";
import { compact } from "../text/format";

export interface Series {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

export interface PlotProps {
  /** A description of the chart for screen readers. */
  readonly label: string;
  /** The horizontal axis: seconds since 1970, numbers, or the names of bars. */
  readonly x:
    | { readonly kind: "time" | "number"; readonly values: readonly number[] }
    | { readonly kind: "names"; readonly values: readonly string[] };
  readonly series: readonly Series[];
  readonly bars?: boolean;
  /** Draws each series on top of the ones before it. */
  readonly stacked?: boolean;
  readonly limits?: readonly { readonly label: string; readonly value: number }[];
  /** Whether times are shown in UTC. @default the browser's time zone */
  readonly utc?: boolean;
}

/** Dash patterns of the lines, so that they do not differ by colour alone. */
const dashes = [[], [6, 4], [2, 3], [8, 3, 2, 3], [12, 4], [4, 2]];
const legendHeight = 26;

/** A chart that fills its frame, in the page's colours. */
export function Plot(props: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | undefined>(undefined);
  const drawn = useRef("");
  const dark = isDark();
  const spoken = language.value;
  const data = dataOf(props);
  // A change of the options creates a new chart. A change of the values alone updates the existing one.
  const look = JSON.stringify([
    props.series.map(({ label }) => label),
    props.bars,
    props.stacked,
    props.limits,
    props.x.kind === "names" ? props.x.values : props.x.kind,
    dark,
    spoken,
  ]);
  useEffect(() => {
    const { current: host } = frame;
    if (host === null) return;
    const size = () => ({
      width: Math.max(120, host.clientWidth),
      height: Math.max(60, host.clientHeight - legendHeight),
    });
    chart.current = new UPlot(optionsOf(props, host, size()), data, host);
    drawn.current = look;
    const observer = new ResizeObserver(() => chart.current?.setSize(size()));
    observer.observe(host);
    return () => {
      observer.disconnect();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [look]);
  useEffect(() => {
    if (drawn.current === look) chart.current?.setData(data);
  });
  return <div class="plot" role="img" aria-label={summary(props)} ref={frame} />;
}

function summary({ label, series }: PlotProps): string {
  const last = series.map((each) => {
    const value = each.values.findLast((one) => one !== null);
    return value === undefined || value === null ? "" : `${each.label}: ${compact(value)}`;
  });
  return [label, ...last.filter(Boolean)].join("; ");
}

function dataOf({ x, series, stacked }: PlotProps): UPlot.AlignedData {
  const xs = x.kind === "names" ? x.values.map((_, index) => index) : [...x.values];
  const values = series.map((each) => [...each.values]);
  if (stacked)
    for (let index = 1; index < values.length; index++)
      values[index] = (values[index] ?? []).map((value, at) => (value ?? 0) + (values[index - 1]?.[at] ?? 0));
  return [xs, ...values];
}

function optionsOf(
  props: PlotProps,
  host: HTMLElement,
  size: { width: number; height: number },
): UPlot.Options {
  const { x, series, bars = false, stacked = false, limits = [], utc = false } = props;
  const colour = coloursOf(host);
  const palette = [1, 2, 3, 4, 5, 6].map((each) => colour(`--series-${each}`));
  const axis: UPlot.Axis = {
    stroke: colour("--faint"),
    grid: { stroke: colour("--border"), width: 1 },
    ticks: { show: false },
    font: `11px ${getComputedStyle(host).fontFamily}`,
  };
  return {
    ...size,
    ...(utc ? { tzDate: (seconds: number) => UPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC") } : {}),
    padding: [10, 12, 0, 0],
    cursor: { points: { size: 6 }, y: false },
    legend: { live: true },
    scales: {
      x: { time: x.kind === "time", ...(bars ? { range: around(x) } : {}) },
      y: {
        range: (_, least, most) => {
          const top = Math.max(most ?? 0, ...limits.map(({ value }) => value));
          const bottom = Math.min(least ?? 0, 0, ...limits.map(({ value }) => value));
          return [bottom, top === bottom ? bottom + 1 : top + (top - bottom) * 0.08];
        },
      },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        ...(x.kind === "names"
          ? {
              values: (_: UPlot, at: number[]) => at.map((index) => shortened(x.values[index] ?? "")),
              splits: () => everyNth(x.values.length, size.width / 84),
            }
          : x.kind === "time"
            ? {
                size: 28,
                values: (_: UPlot, at: number[], _axis: number, _space: number, step: number) =>
                  // Ticks between whole seconds have no label, because the time is shown to the second.
                  at.map((seconds) => (Number.isInteger(seconds) ? tick(seconds, step, utc) : null)),
              }
            : {}),
      },
      { ...axis, size: 48, values: (_, at) => at.map((value) => compact(value)) },
    ],
    series: [
      {
        label: "",
        value: (_, value) =>
          value === null || value === undefined
            ? ""
            : x.kind === "names"
              ? (x.values[value] ?? "")
              : x.kind === "number"
                ? compact(value)
                : timeText(value, utc),
      },
      ...series.map((each, index): UPlot.Series => {
        const stroke = palette[index % palette.length];
        return {
          label: each.label,
          stroke,
          width: 1.5,
          dash: bars ? [] : dashes[index % dashes.length],
          // A series of one or two values needs points, because a single value has no line.
          points: { show: (plot, at) => valuesIn(plot.data[at]) < 3 },
          fill: bars || stacked ? `${stroke}55` : series.length === 1 ? `${stroke}1c` : undefined,
          paths: bars ? UPlot.paths.bars?.({ size: [0.7, 60] }) : undefined,
          spanGaps: true,
          // The legend shows the latest value while the pointer is elsewhere. Bars with names have no latest value.
          value: (_, value) =>
            x.kind === "names" && value === null
              ? ""
              : legendText(value ?? each.values.findLast((one) => one !== null)),
        };
      }),
    ],
    hooks: {
      draw: [(plot) => drawLimits(plot, limits, colour("--bad"), colour("--surface"))],
    },
  };
}

const valuesIn = (values: UPlot.AlignedData[number] = []): number =>
  Array.from(values).filter((value) => value !== null).length;

/** The label of a tick: a time of day, or a date when ticks are whole days apart. */
function tick(seconds: number, step: number, utc: boolean): string {
  const options: Intl.DateTimeFormatOptions =
    step >= 86_400
      ? { day: "numeric", month: "short" }
      : { hour: "2-digit", minute: "2-digit", ...(step < 60 ? { second: "2-digit" } : {}), hourCycle: "h23" };
  const format = new Intl.DateTimeFormat(language.value, { ...options, ...(utc ? { timeZone: "UTC" } : {}) });
  return format.format(seconds * 1_000);
}

const legendText = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : compact(Math.round(value * 10) / 10);

function timeText(seconds: number, utc: boolean): string {
  return new Intl.DateTimeFormat(language.value, {
    dateStyle: "short",
    timeStyle: "medium",
    hourCycle: "h23",
    ...(utc ? { timeZone: "UTC" } : {}),
  }).format(seconds * 1_000);
}

/** Leaves room for half a bar at both ends. */
const around =
  (x: PlotProps["x"]): UPlot.Range.Function =>
  (_, from, to) => {
    if (x.kind === "names") return [-0.6, x.values.length - 0.4];
    const room = x.values.length < 2 ? 1 : (to - from) / (x.values.length - 1) / 2;
    return [from - room, to + room];
  };

const shortened = (name: string): string => (name.length > 14 ? `${name.slice(0, 13)}…` : name);

function everyNth(count: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(count / Math.max(1, most)));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
}

function drawLimits(
  { ctx, bbox, valToPos }: UPlot,
  limits: NonNullable<PlotProps["limits"]>,
  colour: string,
  behind: string,
): void {
  const ratio = devicePixelRatio;
  for (const { label, value } of limits) {
    const y = Math.round(valToPos(value, "y", true));
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.lineWidth = ratio;
    ctx.setLineDash([4 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.font = `${10.5 * ratio}px sans-serif`;
    const width = ctx.measureText(label).width;
    ctx.fillStyle = behind;
    ctx.fillRect(bbox.left + bbox.width - width - 8 * ratio, y - 7 * ratio, width + 8 * ratio, 14 * ratio);
    ctx.fillStyle = colour;
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    ctx.fillText(label, bbox.left + bbox.width - 4 * ratio, y);
    ctx.restore();
  }
}

/** Resolves the page's custom properties to colours that a canvas understands. */
function coloursOf(host: HTMLElement): (name: string) => string {
  const probe = document.createElement("span");
  host.append(probe);
  const known = new Map<string, string>();
  const read = (name: string) => {
    probe.style.color = `var(${name})`;
    const [red = 0, green = 0, blue = 0] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
    return `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
  };
  for (const name of [
    "--faint",
    "--border",
    "--bad",
    "--surface",
    ...[1, 2, 3, 4, 5, 6].map((n) => `--series-${n}`),
  ])
    known.set(name, read(name));
  probe.remove();
  return (name) => known.get(name) ?? "#888888";
}
