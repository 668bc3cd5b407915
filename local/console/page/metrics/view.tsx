export function MetricsView() {
  return <p>…</p>;
}
