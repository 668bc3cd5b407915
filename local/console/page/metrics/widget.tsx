import type { Widget } from "../../api";
import { live } from "../app/live";
import { AlarmBadge } from "../parts/alarm-state";
import { Plot } from "../parts/plot";
import { text } from "../text";
import { compact } from "../text/format";
import { Markdown } from "./markdown";
import { aligned, useSeries } from "./series";

/** Height of a row of CloudWatch's grid. Pixels. */
const unit = 44;

/** A widget in its place on the grid of 24 columns. */
export function WidgetBox({ widget, minutes }: { widget: Widget; minutes: number }) {
  const { x, y, width, height, type, title } = widget;
  return (
    <section
      class={`widget widget-${type}`}
      style={{
        gridColumn: `${x + 1} / span ${width}`,
        gridRow: `${y + 1} / span ${height}`,
        minHeight: `${type === "text" ? height * 24 : height * unit}px`,
      }}
    >
      {title && <h3>{title}</h3>}
      <WidgetBody widget={widget} minutes={minutes} />
    </section>
  );
}

function WidgetBody({ widget, minutes }: { widget: Widget; minutes: number }) {
  const words = text().metrics;
  switch (widget.type) {
    case "text":
      return <Markdown text={widget.markdown ?? ""} />;
    case "metric":
      return <Metric widget={widget} minutes={minutes} />;
    case "alarm":
      return (
        <ul class="alarm-list">
          {widget.alarms?.map((name) => (
            <li key={name}>
              {name}
              <AlarmBadge state={live.value?.alarms[name] ?? "INSUFFICIENT_DATA"} />
            </li>
          ))}
        </ul>
      );
    default:
      return <p class="faint">{words.unsupported}</p>;
  }
}

function Metric({ widget, minutes }: { widget: Widget; minutes: number }) {
  const words = text().metrics;
  const series = useSeries(widget.query && { ...widget.query, minutes });
  if (series === undefined) return null;
  const { times, lines } = aligned(series);
  if (times.length === 0) return <p class="faint no-data">{words.noData}</p>;
  if (widget.view === "singleValue" || widget.view === "gauge")
    return (
      <dl class="single-values">
        {lines.map(({ label, values }) => (
          <div key={label}>
            <dd>{compact(values.findLast((value) => value !== null) ?? 0)}</dd>
            <dt class="faint">{label}</dt>
          </div>
        ))}
      </dl>
    );
  if (widget.view === "bar" || widget.view === "pie")
    return (
      <Plot
        label={widget.title}
        bars
        x={{ kind: "names", values: lines.map(({ label }) => label) }}
        series={[
          {
            label: widget.title,
            values: lines.map(({ values }) => values.findLast((one) => one !== null) ?? 0),
          },
        ]}
      />
    );
  return (
    <Plot
      label={widget.title}
      x={{ kind: "time", values: times }}
      series={lines}
      stacked={widget.stacked}
      limits={widget.annotations}
    />
  );
}
