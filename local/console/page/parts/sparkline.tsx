const width = 56;
const height = 16;

/** The most recent values as a line. The current value is shown as text beside it. */
export function Sparkline({ values: all }: { values: readonly number[] }) {
  const values = all.slice(-60);
  if (values.length < 2 || !values.some((value) => value > 0)) return null;
  const most = Math.max(...values, 1);
  const step = width / (values.length - 1);
  const points = values.map((value, index) => {
    const y = height - 1 - (value / most) * (height - 2);
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
      <polygon points={`0,${height} ${points.join(" ")} ${width},${height}`} />
      <polyline points={points.join(" ")} />
    </svg>
  );
}
